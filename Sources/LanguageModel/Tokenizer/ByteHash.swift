/// A hash of short pieces of text, seeded anew in every process, so that no file can be made to collide.
///
/// It only says where to look: no output depends on it.
enum ByteHash {
  private static let seed = UInt64(truncatingIfNeeded: Hasher().finalize()) | 1

  static func hash(_ text: [UInt8], _ range: Range<Int>) -> UInt64 {
    unsafe text.withUnsafeBytes { bytes in
      var hash = seed &+ UInt64(range.count) &* 0x9e37_79b9_7f4a_7c15
      var index = range.lowerBound
      while range.upperBound - index >= 8 {
        let chunk = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        hash = mixed(hash ^ chunk)
        index += 8
      }
      var rest: UInt64 = 0
      while index < range.upperBound {
        rest = rest << 8 | UInt64(unsafe bytes[index])
        index += 1
      }
      return mixed(mixed(hash ^ rest))
    }
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
    return product.high ^ product.low
  }
}
