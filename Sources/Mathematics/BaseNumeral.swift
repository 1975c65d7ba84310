/// A numeral that names its base: `1011_2`, `\text{A5}_{11}`.
struct BaseNumeral: Hashable, Sendable {
  /// Upper case, without leading zeros.
  let digits: String
  let base: Int

  /// nil for anything else, also where a digit is not below the base.
  init?(_ raw: String) {
    guard raw.utf8.count <= 400, let underscore = raw.utf8.lastIndex(of: UInt8(ascii: "_")) else { return nil }
    // `\log_2 8` names a base, but is no numeral.
    guard TextForm.isPlain(raw), !raw[raw.index(after: underscore)...].utf8.contains(32) else { return nil }
    // Thousands separators in LaTeX say nothing; a plain comma would make a list.
    let written = raw[..<underscore].replacing("{,}", with: "").replacing(",\\!", with: "")
    let before = TextForm.normalized(String(written))
    var after = TextForm.normalized(String(raw[raw.index(after: underscore)...]))
    if after.hasPrefix("base") { after.removeFirst(4) }
    guard let base = Int(after) ?? Self.names[after], (2...36).contains(base) else { return nil }
    var digits = Array(before.uppercased().utf8)
    if digits.first == UInt8(ascii: "("), digits.last == UInt8(ascii: ")"), digits.count > 2 {
      digits = Array(digits[1..<(digits.count - 1)])
    }
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits.removeFirst() }
    var points = 0
    // A lone lower-case letter with an index is a name.
    guard let first = digits.first, digits.count > 1 || (48...57).contains(first) else { return nil }
    for digit in digits {
      switch digit {
      case 48...57 where Int(digit) - 48 < base: break
      case 65...90 where Int(digit) - 55 < base: break
      case UInt8(ascii: "."): points += 1
      default: return nil
      }
    }
    guard points <= 1 else { return nil }
    while digits.count > 1, digits[0] == 48, digits[1] != UInt8(ascii: ".") { digits.removeFirst() }
    self.digits = (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)
    self.base = base
  }

  var description: String { "\(digits) in base \(base)" }

  /// Whether `raw` is this numeral with its base left out: `1011` for `1011_2`.
  func matchesWithoutBase(_ raw: String) -> Bool {
    BaseNumeral(raw + "_\(base)")?.digits == digits
  }

  private static let names = [
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "sixteen": 16,
  ]
}
