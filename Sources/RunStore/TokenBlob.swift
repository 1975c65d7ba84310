import Foundation

/// Token ids as bytes: each id in groups of seven bits, low group first, the high bit marking that more follow (LEB128).
/// An id below 128 takes one byte, one below 16,384 two.
enum TokenBlob {
  static func encode(_ tokenIDs: [Int]) -> Data {
    var bytes = Data(capacity: 2 * tokenIDs.count)
    for id in tokenIDs {
      var rest = UInt64(bitPattern: Int64(id))
      while rest >= 0x80 {
        bytes.append(UInt8(rest & 0x7f) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }
    return bytes
  }

  /// The ids, or nil where the bytes end within an id or hold a number too large for one.
  static func decode(_ bytes: Data) -> [Int]? {
    var tokenIDs: [Int] = []
    var value: UInt64 = 0
    var shift: UInt64 = 0
    for byte in bytes {
      guard shift < 64, shift < 63 || byte & 0x7f <= 1 else { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 != 0 {
        shift += 7
      } else {
        tokenIDs.append(Int(Int64(bitPattern: value)))
        value = 0
        shift = 0
      }
    }
    return shift == 0 ? tokenIDs : nil
  }
}
