/// Texts with escapes, whose form the scanner has checked.
enum JSONEscapes {
  /// - Throws: `JSONFault` for half a surrogate pair and for bytes that are not UTF-8.
  static func decode(_ bytes: [UInt8], _ range: Range<Int>) throws(JSONFault) -> String {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(range.count)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let plainEnd = bytes[offset..<range.upperBound].firstIndex(of: UInt8(ascii: "\\")) ?? range.upperBound
      decoded.append(contentsOf: bytes[offset..<plainEnd])
      offset = plainEnd
      guard offset < range.upperBound else { break }
      switch bytes[offset + 1] {
      case UInt8(ascii: "u"):
        let scalar = try scalar(bytes, at: &offset, end: range.upperBound)
        decoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        continue
      case UInt8(ascii: "b"): decoded.append(0x08)
      case UInt8(ascii: "f"): decoded.append(0x0c)
      case UInt8(ascii: "n"): decoded.append(0x0a)
      case UInt8(ascii: "r"): decoded.append(0x0d)
      case UInt8(ascii: "t"): decoded.append(0x09)
      case let itself: decoded.append(itself)
      }
      offset += 2
    }
    guard let text = String(validating: decoded, as: UTF8.self) else {
      throw JSONFault(offset: range.lowerBound, kind: .badText)
    }
    return text
  }

  /// The scalar of one `\uXXXX`, or of two that are a surrogate pair.
  private static func scalar(
    _ bytes: [UInt8], at offset: inout Int, end: Int
  ) throws(JSONFault) -> Unicode.Scalar {
    let start = offset
    let first = unit(bytes, at: offset)
    offset += 6
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard UTF16.isLeadSurrogate(first), offset + 6 <= end, bytes[offset] == UInt8(ascii: "\\"),
      bytes[offset + 1] == UInt8(ascii: "u")
    else { throw JSONFault(offset: start, kind: .badText) }
    let second = unit(bytes, at: offset)
    guard UTF16.isTrailSurrogate(second) else { throw JSONFault(offset: start, kind: .badText) }
    offset += 6
    let value = 0x10000 + (UInt32(first) & 0x3ff) << 10 + UInt32(second) & 0x3ff
    guard let scalar = Unicode.Scalar(value) else { throw JSONFault(offset: start, kind: .badText) }
    return scalar
  }

  private static func unit(_ bytes: [UInt8], at offset: Int) -> UInt16 {
    (offset + 2..<offset + 6).reduce(0) { $0 << 4 | (JSONScanner.hexadecimalValue(bytes[$1]) ?? 0) }
  }
}
