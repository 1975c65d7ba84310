/// Reads the scalars of JSON out of bytes.
struct JSONScanner {
  var offset: Int
  let end: Int

  func fault(_ kind: JSONFault.Kind = .notJSON) -> JSONFault { JSONFault(offset: offset, kind: kind) }

  /// The next byte that is no blank, where `offset` then stands; nil at the end.
  mutating func nextByte(in bytes: Span<UInt8>) -> UInt8? {
    while offset < end {
      let byte = bytes[offset]
      guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return byte }
      offset += 1
    }
    return nil
  }

  /// The text, number or word that begins with `byte`.
  mutating func scalar(
    _ byte: UInt8, in bytes: Span<UInt8>, allowsNonFiniteNumbers: Bool
  ) throws(JSONFault) -> JSONNode {
    let start = offset
    switch byte {
    case UInt8(ascii: "\""): return try text(in: bytes)
    case UInt8(ascii: "t"): try word("true", in: bytes)
    case UInt8(ascii: "f"): try word("false", in: bytes)
    case UInt8(ascii: "n"): try word("null", in: bytes)
    case UInt8(ascii: "N") where allowsNonFiniteNumbers: try word("NaN", in: bytes)
    case UInt8(ascii: "I") where allowsNonFiniteNumbers: try word("Infinity", in: bytes)
    case UInt8(ascii: "-"):
      offset += 1
      if allowsNonFiniteNumbers, offset < end, bytes[offset] == UInt8(ascii: "I") {
        try word("Infinity", in: bytes)
      } else {
        try number(in: bytes)
      }
    default: try number(in: bytes)
    }
    let kind: JSONNode.Kind =
      switch byte {
      case UInt8(ascii: "t"): .yes
      case UInt8(ascii: "f"): .no
      case UInt8(ascii: "n"): .null
      default: .number
      }
    return JSONNode(kind, start..<offset)
  }

  /// The text that begins at `offset` with its quotation mark. Escapes are checked for their form.
  mutating func text(in bytes: Span<UInt8>) throws(JSONFault) -> JSONNode {
    offset += 1
    let start = offset
    var hasEscapes = false
    while true {
      skipPlainText(in: bytes)
      guard offset < end else { throw fault() }
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        offset += 1
        return JSONNode(hasEscapes ? .escapedText : .plainText, start..<offset - 1)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        try escape(in: bytes)
      case ..<0x20: throw fault()
      default: offset += 1
      }
    }
  }

  /// Moves on to a quotation mark, a backslash or a control character, or near to the end.
  private mutating func skipPlainText(in bytes: Span<UInt8>) {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    while offset + 8 <= end {
      let word = unsafe UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
      // A byte that is 0, or below 0x20, has its top bit set here; above the lowest such byte there may be false ones.
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5c)
      let found =
        ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- ones &* 0x20) & ~word) & tops
      if found != 0 {
        offset += found.trailingZeroBitCount >> 3
        return
      }
      offset += 8
    }
  }

  private mutating func escape(in bytes: Span<UInt8>) throws(JSONFault) {
    guard offset + 1 < end else { throw fault() }
    switch bytes[offset + 1] {
    case UInt8(ascii: "u"):
      guard offset + 6 <= end else { throw fault() }
      for place in offset + 2..<offset + 6 where Self.hexadecimalValue(bytes[place]) == nil { throw fault() }
      offset += 6
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      offset += 2
    default: throw fault()
    }
  }

  private mutating func word(_ word: StaticString, in bytes: Span<UInt8>) throws(JSONFault) {
    let count = word.utf8CodeUnitCount
    guard offset + count <= end else { throw fault() }
    for place in 0..<count where unsafe bytes[offset + place] != word.utf8Start[place] { throw fault() }
    offset += count
  }

  /// Digits, a fraction, an exponent; the sign is behind us.
  private mutating func number(in bytes: Span<UInt8>) throws(JSONFault) {
    guard offset < end else { throw fault() }
    if bytes[offset] == UInt8(ascii: "0") {
      offset += 1
    } else {
      try digits(in: bytes)
    }
    if offset < end, bytes[offset] == UInt8(ascii: ".") {
      offset += 1
      try digits(in: bytes)
    }
    if offset < end, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      offset += 1
      if offset < end, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") { offset += 1 }
      try digits(in: bytes)
    }
  }

  private mutating func digits(in bytes: Span<UInt8>) throws(JSONFault) {
    let start = offset
    while offset < end, bytes[offset] &- UInt8(ascii: "0") < 10 { offset += 1 }
    guard offset > start else { throw fault() }
  }

  static func hexadecimalValue(_ byte: UInt8) -> UInt16? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}
