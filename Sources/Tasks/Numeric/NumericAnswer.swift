/// A number in normal form. Equal numbers have equal normal forms, whatever they looked like.
///
/// Exact at any length: decimals are kept as digits, fractions reduced, and nothing passes through floating point.
public struct NumericAnswer: Sendable, Hashable, CustomStringConvertible {
  /// `72`, `-1.5`, or `1/3` where no finite decimal equals the fraction.
  public let normalForm: String

  public var description: String { normalForm }

  /// The decimal ±`digits` × 10^`exponent`. `digits` holds ASCII digits only.
  init(isNegative: Bool, digits: [UInt8], exponent: Int) {
    var digits = Array(digits.drop { $0 == 0x30 })
    var exponent = exponent
    while digits.last == 0x30 {
      digits.removeLast()
      exponent += 1
    }
    guard !digits.isEmpty else {
      normalForm = "0"
      return
    }
    if exponent >= 0 {
      digits += Array(repeating: 0x30, count: exponent)
    } else {
      let fractionLength = -exponent
      if digits.count <= fractionLength {
        digits = Array(repeating: 0x30, count: fractionLength - digits.count + 1) + digits
      }
      digits.insert(UInt8(ascii: "."), at: digits.count - fractionLength)
    }
    normalForm = (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)
  }

  private init(normalForm: String) { self.normalForm = normalForm }

  /// What looks like a number and is none, such as `..`: equal to no number.
  static let unreadable = NumericAnswer(normalForm: "")

  /// In floating point; nil where it is too large.
  var approximation: Double? {
    let parts = normalForm.split(separator: "/", maxSplits: 1).compactMap { Double($0) }
    guard let value = parts.count == 2 ? parts[0] / parts[1] : parts.first, value.isFinite else { return nil }
    return value
  }

  /// The fraction ±`numerator` / `denominator`; `denominator` is positive.
  static func fraction(isNegative: Bool, numerator: Int, denominator: Int) -> NumericAnswer {
    let divisor = greatestCommonDivisor(numerator, denominator)
    let (numerator, denominator) = (numerator / divisor, denominator / divisor)
    var rest = denominator
    while rest.isMultiple(of: 2) { rest /= 2 }
    while rest.isMultiple(of: 5) { rest /= 5 }
    guard rest == 1 else {
      return NumericAnswer(normalForm: (isNegative ? "-" : "") + "\(numerator)/\(denominator)")
    }
    // A finite decimal: long division ends.
    var digits = Array("\(numerator / denominator)".utf8)
    var remainder = numerator % denominator
    var exponent = 0
    while remainder > 0 {
      digits.append(UInt8(ascii: "0") + UInt8(remainder * 10 / denominator))
      remainder = remainder * 10 % denominator
      exponent -= 1
    }
    return NumericAnswer(isNegative: isNegative, digits: digits, exponent: exponent)
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? max(a, 1) : greatestCommonDivisor(b, a % b)
  }
}
