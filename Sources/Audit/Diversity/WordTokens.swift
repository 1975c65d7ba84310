/// A text cut into the matches of `\w+|[^\w\s]` in its lower-cased form, as Python's `re` reads them.
///
/// `\w` is a letter, a character with a numeric value, or `_`; a combining mark is none of these and stands alone. `\s`
/// is white space. (Python's final sigma rule is not followed: `Σ` always becomes `σ`.)
public struct WordTokens: Sendable {
  /// The lower-cased text without its white space, UTF-8.
  private var bytes: [UInt8] = []
  /// Where each token ends in `bytes`.
  private var ends: [Int] = []
  private var isInsideWord = false

  public init(_ text: String) { self.init(ArraySlice(text.utf8)) }

  /// - Parameter text: UTF-8.
  init(_ text: ArraySlice<UInt8>) {
    bytes.reserveCapacity(text.count)
    if text.allSatisfy({ $0 < 0x80 }) {
      for byte in text { append(ascii: byte) }
    } else {
      for scalar in String(decoding: text, as: UTF8.self).unicodeScalars { append(scalar) }
    }
    endWord()
  }

  public var strings: [String] {
    ranges.map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  /// A 64-bit hash of each token, which stands for it when n-grams are counted: among a million different n-grams, two
  /// share a hash with probability below 10⁻⁷.
  var hashes: [UInt64] {
    var hashes: [UInt64] = []
    appendHashes(to: &hashes)
    return hashes
  }

  func appendHashes(to hashes: inout [UInt64]) {
    var start = 0
    for end in ends {
      hashes.append(ByteHash.hash(bytes[start..<end]))
      start = end
    }
  }

  private var ranges: [Range<Int>] { zip([0] + ends, ends).map { $0..<$1 } }

  private mutating func append(ascii byte: UInt8) {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): extendWord(byte | 0x20)
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      extendWord(byte)
    case 0x09...0x0d, 0x1c...0x20: endWord()
    default: appendAlone(CollectionOfOne(byte))
    }
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    guard !scalar.isASCII else { return append(ascii: UInt8(scalar.value)) }
    for scalar in scalar.properties.lowercaseMapping.unicodeScalars {
      if Self.isWord(scalar) {
        extendWord(String(scalar).utf8)
      } else if scalar.properties.isWhitespace {
        endWord()
      } else {
        appendAlone(String(scalar).utf8)
      }
    }
  }

  private mutating func extendWord(_ byte: UInt8) {
    bytes.append(byte)
    isInsideWord = true
  }

  private mutating func extendWord(_ encoded: some Sequence<UInt8>) {
    bytes.append(contentsOf: encoded)
    isInsideWord = true
  }

  private mutating func appendAlone(_ encoded: some Sequence<UInt8>) {
    endWord()
    bytes.append(contentsOf: encoded)
    ends.append(bytes.count)
  }

  private mutating func endWord() {
    if isInsideWord { ends.append(bytes.count) }
    isInsideWord = false
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: scalar == "_" || scalar.properties.numericType != nil
    }
  }
}
