/// Reading characters out of bytes that are known to be UTF-8.
enum UTF8Text {
  /// The character that starts at `index`, and its width in bytes.
  @inline(__always)
  static func scalar(at index: Int, in text: [UInt8]) -> (scalar: UInt32, width: Int) {
    let first = UInt32(text[index])
    if first < 0x80 { return (first, 1) }
    if first < 0xe0 { return ((first & 0x1f) << 6 | continuation(text, index + 1), 2) }
    if first < 0xf0 {
      return ((first & 0x0f) << 12 | continuation(text, index + 1) << 6 | continuation(text, index + 2), 3)
    }
    return (
      (first & 0x07) << 18 | continuation(text, index + 1) << 12 | continuation(text, index + 2) << 6
        | continuation(text, index + 3), 4
    )
  }

  /// Where the character before `index` starts.
  static func start(before index: Int, in text: [UInt8]) -> Int {
    var start = index - 1
    while text[start] & 0xc0 == 0x80 { start -= 1 }
    return start
  }

  /// The number of bytes of the character that starts with `byte`.
  static func width(startingWith byte: UInt8) -> Int { byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4 }

  /// The characters of `range`, each with the bytes where it stands.
  static func scalars(of text: [UInt8], in range: Range<Int>) -> some Sequence<(scalar: UInt32, range: Range<Int>)> {
    sequence(state: range.lowerBound) { index -> (scalar: UInt32, range: Range<Int>)? in
      guard index < range.upperBound else { return nil }
      let (scalar, width) = Self.scalar(at: index, in: text)
      defer { index += width }
      return (scalar, index..<index + width)
    }
  }

  /// Appends the bytes of `scalar`, or those of U+FFFD where there is no such character.
  static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: UTF8.encode(Unicode.Scalar(scalar) ?? "\u{fffd}") ?? UTF8.encodedReplacementCharacter)
  }

  @inline(__always)
  private static func continuation(_ text: [UInt8], _ index: Int) -> UInt32 { UInt32(text[index] & 0x3f) }
}
