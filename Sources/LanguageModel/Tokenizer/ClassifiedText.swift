/// The characters of a piece of UTF-8 text with the classes that pre-tokenizers tell apart.
struct ClassifiedText {
  enum CharacterClass: UInt8 {
    /// `\p{L}`
    case letter
    /// `\p{N}`
    case number
    /// `\s`
    case whitespace
    case other
  }

  let scalars: [Unicode.Scalar]
  let classes: [CharacterClass]
  /// Index of each character's first byte in the text it was made of, and its end index.
  let offsets: [Int]

  init(_ text: ArraySlice<UInt8>) {
    var scalars: [Unicode.Scalar] = []
    var classes: [CharacterClass] = []
    var offsets: [Int] = []
    scalars.reserveCapacity(text.count)
    classes.reserveCapacity(text.count)
    offsets.reserveCapacity(text.count + 1)
    var offset = text.startIndex
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      scalars.append(scalar)
      classes.append(Self.characterClass(of: scalar))
      offsets.append(offset)
      offset += UTF8.width(scalar)
    }
    offsets.append(offset)
    self.scalars = scalars
    self.classes = classes
    self.offsets = offsets
  }

  static func characterClass(of scalar: Unicode.Scalar) -> CharacterClass {
    if scalar.isASCII { return asciiClasses[Int(scalar.value)] }
    return unicodeClass(of: scalar)
  }

  private static let asciiClasses: [CharacterClass] = (0..<128).map { unicodeClass(of: Unicode.Scalar(UInt8($0))) }

  private static func unicodeClass(of scalar: Unicode.Scalar) -> CharacterClass {
    let properties = scalar.properties
    if properties.isWhitespace { return .whitespace }
    let found: CharacterClass
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: found = .letter
    case .decimalNumber, .letterNumber, .otherNumber: found = .number
    default: return .other
    }
    // The reference tokenizers know Unicode 16; a later Swift library must not change anybody's token ids.
    guard let age = properties.age, age.major <= 16 else { return .other }
    return found
  }
}

extension ClassifiedText {
  var count: Int { scalars.count }

  /// The first index from `start` on, at most `limit` further, whose character is not of class `wanted`.
  func endOfRun(of wanted: CharacterClass, from start: Int, limit: Int = .max) -> Int {
    var index = start
    while index < count, index - start < limit, classes[index] == wanted { index += 1 }
    return index
  }

  func endOfRun(of wanted: CharacterClass, afterOptionalSpaceAt start: Int) -> Int? {
    let first = start < count && scalars[start] == " " ? start + 1 : start
    let end = endOfRun(of: wanted, from: first)
    return end > first ? end : nil
  }

  func isLineBreak(at index: Int) -> Bool { scalars[index] == "\r" || scalars[index] == "\n" }
}
