/// How a checkpoint stores its weights, by its name in safetensors files.
public enum StoredElementType: String, Sendable, Hashable, CaseIterable {
  case float32 = "F32"
  /// The upper half of a float32. Rounded to nearest, ties to even.
  case bfloat16 = "BF16"
  /// IEEE 754 binary16. Rounded to nearest, ties to even.
  case float16 = "F16"

  package var byteCount: Int { self == .float32 ? 4 : 2 }

  /// PyTorch's name of the type, as `config.json` spells it.
  package var torchName: String {
    switch self {
    case .float32: "float32"
    case .bfloat16: "bfloat16"
    case .float16: "float16"
    }
  }
}
