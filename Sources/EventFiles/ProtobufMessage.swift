/// A message in protobuf's wire format, field by field; what event files need of it.
struct ProtobufMessage: Sendable {
  private(set) var bytes: [UInt8] = []

  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case fixed32 = 5
  }

  /// A zero is what an absent field means (proto3), and is left out.
  mutating func add(integer value: Int64, field: UInt64) {
    guard value != 0 else { return }
    addKey(field, .varint)
    addVarint(UInt64(bitPattern: value))
  }

  /// Likewise.
  mutating func add(double value: Double, field: UInt64) {
    guard value.bitPattern != 0 else { return }
    addKey(field, .fixed64)
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
  }

  /// Of a `oneof`, where a zero is written too.
  mutating func add(float value: Float, field: UInt64) {
    addKey(field, .fixed32)
    bytes += (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
  }

  mutating func add(text: String, field: UInt64) { add(Array(text.utf8), field) }

  mutating func add(message: ProtobufMessage, field: UInt64) { add(message.bytes, field) }

  private mutating func add(_ content: [UInt8], _ field: UInt64) {
    addKey(field, .lengthDelimited)
    addVarint(UInt64(content.count))
    bytes += content
  }

  private mutating func addKey(_ field: UInt64, _ type: WireType) { addVarint(field << 3 | type.rawValue) }

  /// Seven bits a byte, the lowest first; the eighth says that more follow.
  private mutating func addVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
