/// Reads brackets and escapes of a regular expression.
struct ScalarSetParser {
  typealias Failure = RegularExpression.PatternError

  enum Item {
    case scalar(Unicode.Scalar)
    case set(ScalarSet)
  }

  private static let deepestNesting = 32

  private let pattern: [Unicode.Scalar]
  private(set) var index: Int
  private let ignoresCase: Bool

  /// - Parameter index: where to read on.
  init(_ pattern: [Unicode.Scalar], _ index: Int, ignoresCase: Bool) {
    self.pattern = pattern
    self.index = index
    self.ignoresCase = ignoresCase
  }

  private var next: Unicode.Scalar? { index < pattern.count ? pattern[index] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    index += 1
    return true
  }

  private func follows(_ text: String) -> Bool { pattern[index...].starts(with: text.unicodeScalars) }

  /// `[:alpha:]`, `[:^digit:]`
  private var isPOSIXBracket: Bool {
    guard follows("[:") else { return false }
    return pattern[(index + 2)...].drop { $0 == "^" || $0.properties.isAlphabetic }.starts(with: ":]".unicodeScalars)
  }

  /// The set whose opening bracket has been read.
  mutating func brackets(depth: Int) throws(Failure) -> ScalarSet {
    guard depth < Self.deepestNesting else { throw Failure("brackets nested \(depth) deep") }
    let isNegated = take("^")
    var members = ScalarSet.Members(ignoresCase: ignoresCase)
    var isFirst = true
    while true {
      guard let scalar = next else { throw Failure("an unclosed '['") }
      if scalar == "]", !isFirst { break }
      isFirst = false
      if follows("&&") {
        members.intersections.append(try intersection(depth: depth))
        break
      }
      if isPOSIXBracket { throw Failure("the POSIX bracket '[:'") }
      index += 1
      switch scalar {
      case "[": members.sets.append(try brackets(depth: depth + 1))
      case "\\":
        switch try escape() {
        case .set(let set): members.sets.append(set)
        case .scalar(let scalar): try range(from: scalar, &members)
        }
      default: try range(from: scalar, &members)
      }
    }
    index += 1
    return ScalarSet(members, negated: isNegated)
  }

  /// What stands from `&&` to the closing bracket, which stays unread.
  private mutating func intersection(depth: Int) throws(Failure) -> ScalarSet {
    index += 2
    guard next != "^" else { throw Failure("'^' after '&&'") }
    let set = try brackets(depth: depth + 1)
    index -= 1
    return set
  }

  /// A single character, or a range where a hyphen and another character follow.
  private mutating func range(from first: Unicode.Scalar, _ members: inout ScalarSet.Members) throws(Failure) {
    var last = first
    if next == "-", index + 1 < pattern.count, pattern[index + 1] != "]" {
      index += 1
      guard let scalar = next else { throw Failure("an unclosed '['") }
      index += 1
      if scalar == "\\" {
        guard case .scalar(let escaped) = try escape() else { throw Failure("a range that ends in a class") }
        last = escaped
      } else if scalar == "[" {
        throw Failure("a range that ends in a bracket")
      } else {
        last = scalar
      }
    }
    guard first <= last else { throw Failure("a range that ends before it starts") }
    members.ranges.append(first.value...last.value)
  }

  /// The escape whose backslash has been read.
  mutating func escape() throws(Failure) -> Item {
    guard let scalar = next else { throw Failure("an unfinished escape") }
    index += 1
    switch scalar {
    case "n": return .scalar("\n")
    case "r": return .scalar("\r")
    case "t": return .scalar("\t")
    case "f": return .scalar("\u{c}")
    case "v": return .scalar("\u{b}")
    case "a": return .scalar("\u{7}")
    case "e": return .scalar("\u{1b}")
    case "s": return .set(.whitespace)
    case "S": return .set(ScalarSet(.init(hasNonWhitespace: true)))
    case "w": return .set(.word)
    case "W": return .set(ScalarSet(.init(sets: [.word]), negated: true))
    case "d": return .set(ScalarSet(.decimalNumber))
    case "D": return .set(ScalarSet(.decimalNumber, negated: true))
    case "p", "P": return .set(try property(isNegated: scalar == "P"))
    case "x":
      return .scalar(take("{") ? try hexadecimal(atMost: 6, until: "}") : try hexadecimal(atMost: 2, until: nil))
    case "u": return .scalar(try hexadecimal(atMost: 4, until: nil))
    case "0"..."9": throw Failure("the back reference or octal '\\\(scalar)'")
    case "a"..."z", "A"..."Z": throw Failure("the escape '\\\(scalar)'")
    default: return .scalar(scalar)
    }
  }

  /// `\p{L}`, `\p{^L}`, `\P{L}`
  private mutating func property(isNegated: Bool) throws(Failure) -> ScalarSet {
    guard take("{") else { throw Failure("'\\p' without braces") }
    let isInverted = take("^")
    var name = ""
    while let scalar = next, scalar != "}" {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    guard take("}"), let categories = UnicodeTable.Categories(name: name) else {
      throw Failure("the property '\\p{\(name.prefix(40))}'")
    }
    return ScalarSet(categories, negated: isNegated != isInverted)
  }

  private mutating func hexadecimal(atMost digits: Int, until end: Unicode.Scalar?) throws(Failure) -> Unicode.Scalar {
    var value: UInt32 = 0
    var count = 0
    while count < digits, let scalar = next, let digit = Character(scalar).hexDigitValue {
      value = value << 4 | UInt32(digit)
      count += 1
      index += 1
    }
    guard count > 0, let scalar = Unicode.Scalar(value) else { throw Failure("a character by an invalid number") }
    if let end, !take(end) { throw Failure("a character by an invalid number") }
    return scalar
  }
}
