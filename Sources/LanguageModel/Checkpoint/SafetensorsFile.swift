import Foundation

/// A safetensors file, mapped into memory: an eight-byte length, a JSON header, and the tensors' bytes without gaps.
///
/// The whole header is checked before anything else is read: a damaged or hostile file is refused in one line, and what
/// is allocated is bounded by the size of the file.
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
  private let file: String
  private let data: Data
  private let dataStart: Int
  private let indices: [String: Int]

  /// A hundred thousand tensors fit; what reading a hostile header takes stays bounded.
  private static let longestHeader = 25_000_000
  private static let bitWidths = [
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32,
    "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64, "C64": 64,
  ]

  /// - Throws: `ModelError` naming the file and what is wrong with it.
  public init(contentsOf url: URL) throws {
    file = url.path
    data = try Data(contentsOfModelFile: url, mapped: true)
    guard data.count >= 8 else { throw Self.cutOff(file) }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= Self.longestHeader else {
      throw ModelError(.badInput, file: file, "is not a safetensors file: its header would take \(length) bytes")
    }
    dataStart = 8 + Int(length)
    guard dataStart <= data.count else { throw Self.cutOff(file) }
    let header = try JSONObject(data.subdata(in: 8..<dataStart), file: file)
    tensors = try Self.tensors(of: header, byteCount: data.count - dataStart)
    indices = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
  }

  public func tensor(named name: String) -> Tensor? { indices[name].map { tensors[$0] } }

  /// Copies `tensor` to `buffer` from `offset` on, as float32.
  ///
  /// - Throws: `ModelError` where the elements are neither F32 nor F16 nor BF16.
  public func read(_ tensor: Tensor, into buffer: FloatBuffer, at offset: Int) throws {
    precondition(offset >= 0 && tensor.count <= buffer.count - offset, "the tensor does not fit into the buffer")
    guard let decode = unsafe Self.decoders[tensor.elementType] else {
      throw ModelError(
        .badInput, file: file,
        "tensor '\(tensor.name)' has elements of type \(tensor.elementType); supported: F32, F16, BF16")
    }
    let start = dataStart + tensor.byteRange.lowerBound
    unsafe data.withUnsafeBytes { bytes in
      let source = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<(start + tensor.byteRange.count)])
      unsafe buffer.withUnsafeBuffer { floats in
        unsafe decode(source, UnsafeMutableBufferPointer(rebasing: floats[offset..<(offset + tensor.count)]))
      }
    }
  }

  /// How the elements of each type become float32.
  private static let decoders: [String: @Sendable (UnsafeRawBufferPointer, UnsafeMutableBufferPointer<Float>) -> Void] =
    unsafe [
      "F32": { source, target in
        for index in target.indices {
          let bits = unsafe source.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
          unsafe target[index] = Float(bitPattern: UInt32(littleEndian: bits))
        }
      },
      "BF16": { source, target in
        for index in target.indices {
          let bits = unsafe source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
          unsafe target[index] = Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
        }
      },
      "F16": { source, target in
        for index in target.indices {
          let bits = unsafe source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
          unsafe target[index] = float(half: UInt16(littleEndian: bits))
        }
      },
    ]

  /// IEEE 754 binary16 to binary32, exactly.
  private static func float(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7fff)
    switch magnitude {
    // Subnormal: a multiple of 2⁻²⁴.
    case ..<0x0400: return Float(bitPattern: sign | (Float(magnitude) * 0x1p-24).bitPattern)
    // The exponent is rebiased from 15 to 127; infinities and NaN keep the highest one.
    case ..<0x7c00: return Float(bitPattern: sign | (magnitude << 13) + (112 << 23))
    default: return Float(bitPattern: sign | 0x7f80_0000 | (magnitude & 0x3ff) << 13)
    }
  }

  private static func cutOff(_ file: String) -> ModelError {
    ModelError(.badInput, file: file, "is cut off or no safetensors file; get it again")
  }

  private static func tensors(of header: JSONObject, byteCount: Int) throws -> [Tensor] {
    var names: Set<String> = []
    var tensors: [Tensor] = []
    for (name, entry) in try header.memberObjects() where name != "__metadata__" {
      guard names.insert(name).inserted else { throw header.error("tensor '\(name)' occurs twice in the header") }
      tensors.append(try tensor(name, entry))
    }
    tensors.sort {
      ($0.byteRange.lowerBound, $0.byteRange.upperBound) < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
    }
    var end = 0
    for tensor in tensors {
      guard tensor.byteRange.lowerBound == end else {
        throw header.error("tensor '\(tensor.name)' overlaps another one or leaves a gap; get the file again")
      }
      end = tensor.byteRange.upperBound
    }
    guard end <= byteCount else {
      throw header.error("is cut off: its tensors take \(end) bytes and \(byteCount) are there; get it again")
    }
    guard end == byteCount else {
      throw header.error("has \(byteCount - end) bytes after its last tensor; get it again")
    }
    return tensors
  }

  private static func tensor(_ name: String, _ entry: JSONObject) throws -> Tensor {
    let type = try entry.require(try entry.string("dtype"), "dtype")
    let shape = try entry.require(try entry.integers("shape"), "shape")
    let offsets = try entry.require(try entry.integers("data_offsets"), "data_offsets")
    guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1] else {
      throw entry.error("the data_offsets of tensor '\(name)' are no range of bytes")
    }
    guard let width = bitWidths[type] else {
      throw entry.error("tensor '\(name)' has elements of the unknown type '\(type)'; supported: F32, F16, BF16")
    }
    var bits: Int? = width
    for size in shape {
      let (product, overflow) = (bits ?? 0).multipliedReportingOverflow(by: size)
      bits = bits == nil || size < 0 || overflow ? nil : product
    }
    guard let bits, bits % 8 == 0, bits / 8 == offsets[1] - offsets[0] else {
      throw entry.error("tensor '\(name)' of shape \(shape) and type \(type) does not fill its data_offsets \(offsets)")
    }
    return Tensor(name: name, elementType: type, shape: shape, byteRange: offsets[0]..<offsets[1])
  }
}
