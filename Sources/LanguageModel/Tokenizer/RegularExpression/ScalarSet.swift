/// A set of characters as a regular expression writes it: `[^\s\p{L}]`, `\d`, `.`.
struct ScalarSet: Sendable, Hashable {
  /// What is listed, before `isNegated`.
  struct Members: Sendable, Hashable {
    var categories: UnicodeTable.Categories = []
    var ranges: [ClosedRange<UInt32>] = []
    var hasWhitespace = false
    var hasNonWhitespace = false
    var hasWord = false
    /// Sets within the brackets.
    var sets: [ScalarSet] = []
    /// What stands after `&&`.
    var intersections: [ScalarSet] = []
    /// Letters of either case count as listed.
    var ignoresCase = false
  }

  private let members: Members
  private let isNegated: Bool
  /// A bit for each ASCII character.
  private let lowBits, highBits: UInt64

  init(_ members: Members, negated: Bool = false) {
    self.members = members
    isNegated = negated
    var bits: [UInt64] = [0, 0]
    for value in UInt32(0)..<128 where Self.contains(value, members) != negated {
      bits[Int(value >> 6)] |= 1 << UInt64(value & 63)
    }
    (lowBits, highBits) = (bits[0], bits[1])
  }

  init(_ categories: UnicodeTable.Categories, negated: Bool = false) {
    self.init(Members(categories: categories), negated: negated)
  }

  /// One character, or where `ignoringCase` all that differ from it in case alone.
  init(_ scalar: Unicode.Scalar, ignoringCase: Bool = false) {
    self.init(Members(ranges: [scalar.value...scalar.value], ignoresCase: ignoringCase))
  }

  static let whitespace = ScalarSet(Members(hasWhitespace: true))
  static let anyButLineFeed = ScalarSet(Members(ranges: [10...10]), negated: true)
  /// `\w` of Oniguruma, to which some numbers beside the decimal ones belong.
  static let word = ScalarSet(Members(ranges: [0xb2...0xb3, 0xb9...0xb9, 0xbc...0xbe], hasWord: true))
  /// `\w` of Rust, to which the two joiners belong.
  static let rustWord = ScalarSet(Members(ranges: [0x200c...0x200d], hasWord: true))

  func containsASCII(_ byte: UInt8) -> Bool {
    (byte < 64 ? lowBits >> UInt64(byte) : highBits >> UInt64(byte & 63)) & 1 != 0
  }

  func contains(_ scalar: UInt32) -> Bool {
    scalar < 128 ? containsASCII(UInt8(scalar)) : Self.contains(scalar, members) != isNegated
  }

  private static func contains(_ scalar: UInt32, _ members: Members) -> Bool {
    let found =
      members.ignoresCase
      ? CaseFolding.variants(of: scalar).contains { lists($0, members) } : lists(scalar, members)
    return found && members.intersections.allSatisfy { $0.contains(scalar) }
  }

  private static func lists(_ scalar: UInt32, _ members: Members) -> Bool {
    if !members.categories.isEmpty, !members.categories.isDisjoint(with: UnicodeTable.category(scalar)) { return true }
    if members.hasWhitespace, UnicodeTable.isWhitespace(scalar) { return true }
    if members.hasNonWhitespace, !UnicodeTable.isWhitespace(scalar) { return true }
    if members.hasWord, UnicodeTable.isWord(scalar) { return true }
    return members.ranges.contains { $0.contains(scalar) } || members.sets.contains { $0.contains(scalar) }
  }
}

extension ScalarSet {
  /// The width in bytes of the character at `index` where the set holds it; 0 elsewhere and at `end`.
  @inline(__always)
  func width(at index: Int, in text: [UInt8], end: Int) -> Int {
    guard index < end else { return 0 }
    let first = text[index]
    if first < 0x80 { return containsASCII(first) ? 1 : 0 }
    let (scalar, width) = UTF8Text.scalar(at: index, in: text)
    return contains(scalar) ? width : 0
  }
}

/// Characters that differ in case alone.
enum CaseFolding {
  /// `scalar` and its other cases, one character each.
  static func variants(of scalar: UInt32) -> [UInt32] {
    guard let value = Unicode.Scalar(scalar) else { return [scalar] }
    if value.isASCII {
      switch value {
      // The two letters outside ASCII that fold into it: the long s and the Kelvin sign.
      case "s", "S": return [0x53, 0x73, 0x17f]
      case "k", "K": return [0x4b, 0x6b, 0x212a]
      case "a"..."z", "A"..."Z": return [scalar & ~0x20, scalar | 0x20]
      default: return [scalar]
      }
    }
    var found: Set<UInt32> = [scalar]
    var waiting = [value]
    while let next = waiting.popLast() {
      let properties = next.properties
      for mapping in [properties.lowercaseMapping, properties.uppercaseMapping, properties.titlecaseMapping] {
        let scalars = mapping.unicodeScalars
        if scalars.count == 1, let one = scalars.first, found.insert(one.value).inserted { waiting.append(one) }
      }
    }
    return found.sorted()
  }
}
