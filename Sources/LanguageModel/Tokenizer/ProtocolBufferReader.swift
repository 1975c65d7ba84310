/// Reads the fields of a Protocol Buffers message, in the order of the file.
struct ProtocolBufferReader {
  enum Value {
    case integer(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    /// A string, bytes or an embedded message.
    case bytes(ArraySlice<UInt8>)
  }

  /// The bytes are no such message.
  struct Damage: Error {}

  private let bytes: ArraySlice<UInt8>
  private var index: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    index = bytes.startIndex
  }

  /// The next field; nil at the end.
  mutating func next() throws(Damage) -> (field: UInt64, value: Value)? {
    guard index < bytes.endIndex else { return nil }
    let key = try variable()
    let field = key >> 3
    guard field > 0 else { throw Damage() }
    switch key & 7 {
    case 0: return (field, .integer(try variable()))
    case 1: return (field, .fixed64(try fixed(8)))
    case 2:
      let count = try variable()
      guard count <= UInt64(bytes.endIndex - index) else { throw Damage() }
      let start = index
      index += Int(count)
      return (field, .bytes(bytes[start..<index]))
    case 5: return (field, .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
    default: throw Damage()
    }
  }

  private mutating func variable() throws(Damage) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard index < bytes.endIndex else { throw Damage() }
      let byte = bytes[index]
      index += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    throw Damage()
  }

  private mutating func fixed(_ width: Int) throws(Damage) -> UInt64 {
    guard width <= bytes.endIndex - index else { throw Damage() }
    defer { index += width }
    return (0..<width).reduce(0) { $0 | UInt64(bytes[index + $1]) << UInt64(8 * $1) }
  }
}
