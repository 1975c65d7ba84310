/// The Unicode properties that tokenizers ask for, one byte a character, of the Unicode version that the reference
/// tokenizers know.
enum UnicodeTable {
  /// A set of general categories, a bit each.
  struct Categories: OptionSet, Sendable, Hashable {
    let rawValue: UInt32
  }

  private static let whitespaceBit: UInt8 = 1 << 5
  private static let alphabeticBit: UInt8 = 1 << 6
  /// A later Swift library must not change anybody's token ids: younger characters count as unassigned.
  private static let latestMajorVersion = 16

  /// The Basic Multilingual Plane, which nearly all text keeps to; the others are looked up one by one.
  private static let plane: [UInt8] = (0..<0x10000).map { computed(UInt32($0)) }

  static func category(_ scalar: UInt32) -> Categories { Categories(rawValue: 1 << UInt32(entry(scalar) & 31)) }

  /// White_Space, which is `\s`.
  static func isWhitespace(_ scalar: UInt32) -> Bool { entry(scalar) & whitespaceBit != 0 }

  /// `\w` as Unicode recommends it (Technical Standard 18), less the joiners: Alphabetic, marks, decimal numbers,
  /// connector punctuation.
  static func isWord(_ scalar: UInt32) -> Bool {
    let entry = entry(scalar)
    return entry & alphabeticBit != 0
      || !Categories(rawValue: 1 << UInt32(entry & 31)).isDisjoint(with: [.marks, .decimalNumber, .connector])
  }

  /// Whether the character was there in a major version of Unicode, as old as some libraries of the reference are.
  static func isAssigned(_ scalar: UInt32, in majorVersion: Int) -> Bool {
    scalar < 0x80 || (Unicode.Scalar(scalar)?.properties.age).map { $0.major <= majorVersion } ?? false
  }

  private static func entry(_ scalar: UInt32) -> UInt8 {
    scalar < 0x10000 ? plane[Int(scalar)] : computed(scalar)
  }

  private static func computed(_ value: UInt32) -> UInt8 {
    // Surrogates, which no text holds, have no Unicode.Scalar.
    guard let scalar = Unicode.Scalar(value) else { return index(of: .surrogate) }
    let properties = scalar.properties
    let whitespace = properties.isWhitespace ? whitespaceBit : 0
    if let age = properties.age, age.major > latestMajorVersion { return index(of: .unassigned) }
    // Unicode 17 moved it.
    if value == 0x295 { return index(of: .lowercaseLetter) | alphabeticBit }
    return index(of: properties.generalCategory) | whitespace | (properties.isAlphabetic ? alphabeticBit : 0)
  }

  fileprivate static func index(of category: Unicode.GeneralCategory) -> UInt8 {
    switch category {
    case .uppercaseLetter: 0
    case .lowercaseLetter: 1
    case .titlecaseLetter: 2
    case .modifierLetter: 3
    case .otherLetter: 4
    case .nonspacingMark: 5
    case .spacingMark: 6
    case .enclosingMark: 7
    case .decimalNumber: 8
    case .letterNumber: 9
    case .otherNumber: 10
    case .connectorPunctuation: 11
    case .dashPunctuation: 12
    case .openPunctuation: 13
    case .closePunctuation: 14
    case .initialPunctuation: 15
    case .finalPunctuation: 16
    case .otherPunctuation: 17
    case .mathSymbol: 18
    case .currencySymbol: 19
    case .modifierSymbol: 20
    case .otherSymbol: 21
    case .spaceSeparator: 22
    case .lineSeparator: 23
    case .paragraphSeparator: 24
    case .control: 25
    case .format: 26
    case .surrogate: 27
    case .privateUse: 28
    case .unassigned: 29
    @unknown default: 29
    }
  }
}

extension UnicodeTable.Categories {
  typealias Categories = UnicodeTable.Categories

  private init(_ first: UInt32, _ last: UInt32) {
    self.init(rawValue: ((1 << (last - first + 1)) - 1) << first)
  }

  static let letters = Categories(0, 4)
  static let marks = Categories(5, 7)
  static let nonspacingMark = Categories(5, 5)
  static let decimalNumber = Categories(8, 8)
  static let numbers = Categories(8, 10)
  static let connector = Categories(11, 11)
  static let punctuation = Categories(11, 17)
  static let others = Categories(25, 29)
  static let format = Categories(26, 26)
  static let controlOrPrivateUse: Categories = [Categories(25, 25), Categories(28, 28)]

  /// The two letters of a category, or the one of a group; nil where there is no such name.
  init?(name: String) {
    switch name {
    case "L": self = .letters
    case "M": self = .marks
    case "N": self = .numbers
    case "P": self = .punctuation
    case "S": self.init(18, 21)
    case "Z": self.init(22, 24)
    case "C": self = .others
    case "LC", "L&": self.init(0, 2)
    default:
      let names = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
      ]
      guard let index = names.firstIndex(of: name) else { return nil }
      self.init(UInt32(index), UInt32(index))
    }
  }
}
