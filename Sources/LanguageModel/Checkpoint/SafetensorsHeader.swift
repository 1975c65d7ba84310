/// The tensors that the header of a safetensors file lists, checked: the whole data is covered, nothing twice.
///
/// The header is read member by member, so that memory is bounded by the tensors it may list and not by what a hostile
/// one holds.
struct SafetensorsHeader {
  /// In the order of their bytes.
  let tensors: [SafetensorsFile.Tensor]

  private typealias Tensor = SafetensorsFile.Tensor

  /// More than any model of a supported architecture has.
  private static let mostTensors = 1 << 17
  private static let mostDimensions = 8
  private static let bitWidths = [
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32,
    "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64, "C64": 64,
  ]

  /// - Parameter dataCount: Bytes after the header.
  /// - Throws: `ModelError` naming the file and what is wrong with it.
  init(_ bytes: [UInt8], file: String, dataCount: Int) throws {
    func error(_ message: String) -> ModelError { ModelError(.badInput, file: file, message) }
    var names: Set<String> = []
    var tensors: [Tensor] = []
    do {
      var parser = JSONParser(bytes)
      try parser.expect(parser.isAtObject) { error("must be a JSON object") }
      try parser.members { name, parser in
        if name == "__metadata__" { return try parser.skip() }
        guard tensors.count < Self.mostTensors else {
          throw error("lists more than \(Self.mostTensors) tensors; it is no model of a supported architecture")
        }
        guard names.insert(name).inserted else { throw error("tensor '\(name)' occurs twice in the header") }
        tensors.append(try Self.tensor(name, &parser, error))
      }
      try parser.end()
    } catch let failure as JSONParser.Failure {
      throw failure.named(file)
    }
    tensors.sort {
      ($0.byteRange.lowerBound, $0.byteRange.upperBound) < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
    }
    try Self.checkCover(tensors, dataCount, error)
    self.tensors = tensors
  }

  /// The tensors, in their order, fill the data exactly.
  private static func checkCover(_ tensors: [Tensor], _ dataCount: Int, _ error: (String) -> ModelError) throws {
    var end = 0
    for tensor in tensors {
      guard tensor.byteRange.lowerBound == end else {
        throw error("tensor '\(tensor.name)' overlaps another one or leaves a gap; get the file again")
      }
      end = tensor.byteRange.upperBound
    }
    guard end <= dataCount else {
      throw error("is cut off: its tensors take \(end) bytes and \(dataCount) are there; get it again")
    }
    guard end == dataCount else {
      throw error("has \(dataCount - end) bytes after its last tensor; get it again")
    }
  }

  private static func tensor(
    _ name: String, _ parser: inout JSONParser, _ error: (String) -> ModelError
  ) throws -> Tensor {
    try parser.expect(parser.isAtObject) { error("'\(name)' must be an object") }
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try parser.members { field, parser in
      switch field {
      case "dtype":
        try parser.expect(parser.isAtString) { error("'\(name).dtype' must be a string") }
        type = try parser.string()
      case "shape":
        shape = try parser.integers(atMost: mostDimensions)
        if shape == nil { throw error("'\(name).shape' must be a list of at most \(mostDimensions) whole numbers") }
      case "data_offsets":
        offsets = try parser.integers(atMost: 2)
        if offsets == nil { throw error("the data_offsets of tensor '\(name)' are no range of bytes") }
      default: try parser.skip()
      }
    }
    guard let type else { throw error("the field '\(name).dtype' is missing") }
    guard let shape else { throw error("the field '\(name).shape' is missing") }
    guard let offsets else { throw error("the field '\(name).data_offsets' is missing") }
    guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1] else {
      throw error("the data_offsets of tensor '\(name)' are no range of bytes")
    }
    guard let width = bitWidths[type] else {
      throw error("tensor '\(name)' has elements of the unknown type '\(type)'; supported: F32, F16, BF16")
    }
    var bits: Int? = width
    for size in shape {
      let (product, overflow) = (bits ?? 0).multipliedReportingOverflow(by: size)
      bits = bits == nil || size < 0 || overflow ? nil : product
    }
    guard let bits, bits % 8 == 0, bits / 8 == offsets[1] - offsets[0] else {
      throw error("tensor '\(name)' of shape \(shape) and type \(type) does not fill its data_offsets \(offsets)")
    }
    return Tensor(name: name, elementType: type, shape: shape, byteRange: offsets[0]..<offsets[1])
  }
}
