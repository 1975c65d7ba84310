/// SVG coordinates as text: two decimals at most, with an ASCII minus, so that the same figure gives the same bytes.
package enum Coordinate {
  package static func text(_ value: Double) -> String {
    let digits = Decimal.digits(value, decimals: 2, minus: "-", plus: "")
    guard let end = digits.lastIndex(where: { $0 != "0" }) else { return "0" }
    return String(digits[end] == "." ? digits[..<end] : digits[...end])
  }

  static func pair(_ x: Double, _ y: Double) -> String { text(x) + "," + text(y) }
}
