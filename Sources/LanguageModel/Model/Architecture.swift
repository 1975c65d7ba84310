/// The families of models whose computation is known, by their name in `config.json`.
///
/// All are the same pre-norm decoder; they differ in biases and in which layers see a sliding window
/// (`ModelConfiguration`).
public enum Architecture: String, Sendable, Hashable, CaseIterable {
  /// LLaMA 2, 3, 3.1, 3.2, SmolLM2.
  case llama = "LlamaForCausalLM"
  case mistral = "MistralForCausalLM"
  /// Qwen2 and Qwen2.5.
  case qwen2 = "Qwen2ForCausalLM"

  /// The `model_type` of `config.json`.
  public var modelType: String {
    switch self {
    case .llama: "llama"
    case .mistral: "mistral"
    case .qwen2: "qwen2"
    }
  }
}
