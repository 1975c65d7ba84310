/// Why an expression has no normal form or no value.
enum Obstacle: Error, Equatable {
  /// Not mathematics that is understood here.
  case unreadable(String)
  /// The work or the size would pass a limit.
  case tooLarge(String)
  /// No value, as 1/0.
  case undefined(String)

  var reason: String {
    switch self {
    case .unreadable(let reason), .tooLarge(let reason), .undefined(let reason): reason
    }
  }
}

/// Counts work, so that no input takes longer than its share; one unit is some ten nanoseconds.
///
/// A class, because every part of one comparison draws on the same budget. It never leaves that comparison.
final class Budget {
  /// The longest answer that is read, in UTF-8 bytes.
  static let answerBytes = 8_192
  /// How deep an expression may nest; the recursion of every pass over it is bounded by this.
  static let depth = 64
  /// The most divisions, powers and signs of relation in one answer: what nests without brackets.
  static let chain = 256
  /// The largest exact number, in bits: 2004! fits.
  static let bits = 32_768
  /// The largest fraction in lowest terms, in bits; reducing takes the square of this.
  static let fractionBits = 4_096
  /// The largest polynomial, in terms.
  static let terms = 4_000

  private(set) var remaining: Int
  private let whole: Budget?

  /// - Parameter whole: What this is a part of: whatever is spent here is spent there, too.
  init(_ units: Int = 120_000, of whole: Budget? = nil) {
    remaining = units
    self.whole = whole
  }

  func spend(_ units: Int) throws(Obstacle) {
    try whole?.spend(units)
    guard units <= remaining else {
      remaining = 0
      throw .tooLarge("more work than the limit allows")
    }
    remaining -= units
  }
}
