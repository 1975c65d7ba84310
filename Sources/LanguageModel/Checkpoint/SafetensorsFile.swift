import Foundation

/// A safetensors file, mapped into memory: an eight-byte length, a JSON header, and the tensors' bytes without gaps.
///
/// The whole header is checked before anything else is read: a damaged or hostile file is refused in one line and in
/// bounded memory. Tensors are read from the mapping, or used where they lie.
public struct SafetensorsFile: Sendable {
  public struct Tensor: Sendable, Hashable {
    public let name: String
    /// As the file spells it: `F32`, `F16`, `BF16`, …
    public let elementType: String
    public let shape: [Int]
    /// Bytes, counted from the end of the header.
    let byteRange: Range<Int>
    public var count: Int { shape.reduce(1, *) }
  }

  /// In the order of their bytes.
  public let tensors: [Tensor]
  private let mapping: MappedFile
  private let dataStart: Int
  private let indices: [String: Int]

  private var file: String { mapping.path }

  /// A hundred thousand tensors fit; what reading a hostile header takes stays bounded.
  private static let longestHeader = 25_000_000

  /// - Throws: `ModelError` naming the file and what is wrong with it.
  public init(contentsOf url: URL) throws {
    let mapping = try MappedFile(url)
    self.mapping = mapping
    guard mapping.byteCount >= 8 else { throw Self.cutOff(mapping.path) }
    let length = unsafe mapping.bytes(0, 8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= Self.longestHeader else {
      throw ModelError(
        .badInput, file: mapping.path, "is not a safetensors file: its header would take \(length) bytes")
    }
    dataStart = 8 + Int(length)
    guard dataStart <= mapping.byteCount else { throw Self.cutOff(mapping.path) }
    let header = unsafe Array(mapping.bytes(8, Int(length)))
    tensors = try SafetensorsHeader(header, file: mapping.path, dataCount: mapping.byteCount - dataStart).tensors
    indices = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
  }

  public func tensor(named name: String) -> Tensor? { indices[name].map { tensors[$0] } }

  /// Copies `tensor` to `buffer` from `offset` on, as float32.
  ///
  /// - Throws: `ModelError` where the elements are neither F32 nor F16 nor BF16.
  public func read(_ tensor: Tensor, into buffer: FloatBuffer, at offset: Int) throws {
    precondition(offset >= 0 && tensor.count <= buffer.count - offset, "the tensor does not fit into the buffer")
    let target = FloatView(buffer).slice(offset, tensor.count)
    switch try elements(of: tensor) {
    case .float32(let view): Kernel.copy(tensor.count, view, to: target)
    case .bfloat16(let view): Kernel.widen(view, .bfloat16, to: target)
    case .float16(let view): Kernel.widen(view, .float16, to: target)
    }
  }

  /// `tensor` where it lies in the file, its elements as they are; a copy where they are not aligned.
  ///
  /// - Throws: `ModelError` where the elements are neither F32 nor F16 nor BF16.
  package func elements(of tensor: Tensor) throws -> WeightMatrix.Elements {
    let start = dataStart + tensor.byteRange.lowerBound
    guard let type = StoredElementType(rawValue: tensor.elementType) else {
      throw ModelError(
        .badInput, file: file,
        "tensor '\(tensor.name)' has elements of type \(tensor.elementType); supported: F32, F16, BF16")
    }
    switch type {
    case .float32: return .float32(FloatView(FloatBuffer(mapping, byteOffset: start, count: tensor.count)))
    case .bfloat16: return .bfloat16(HalfView(HalfBuffer(mapping, byteOffset: start, count: tensor.count)))
    case .float16: return .float16(HalfView(HalfBuffer(mapping, byteOffset: start, count: tensor.count)))
    }
  }

  private static func cutOff(_ file: String) -> ModelError {
    ModelError(.badInput, file: file, "is cut off or no safetensors file; get it again")
  }
}
