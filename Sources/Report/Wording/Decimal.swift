/// Numbers with a fixed count of decimals, independent of the locale.
package enum Decimal {
  /// Rounded half away from zero, with a proper minus sign; what rounds to zero has no sign.
  package static func text(_ value: Double, decimals: Int) -> String {
    digits(value, decimals: decimals, minus: "−", plus: "")
  }

  /// As `text`, with `+` before what is above zero.
  package static func signed(_ value: Double, decimals: Int) -> String {
    digits(value, decimals: decimals, minus: "−", plus: "+")
  }

  /// A count with a comma between thousands.
  package static func count(_ value: Int) -> String {
    var groups: [String] = []
    var rest = value.magnitude
    while rest >= 1000 {
      let group = String(rest % 1000)
      groups.append(String(repeating: "0", count: 3 - group.count) + group)
      rest /= 1000
    }
    groups.append(String(rest))
    return (value < 0 ? "−" : "") + groups.reversed().joined(separator: ",")
  }

  static func digits(_ value: Double, decimals: Int, minus: String, plus: String) -> String {
    guard value.isFinite else { return Phrase.undefined }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded()
    guard scaled < 1e15 else { return value.description }  // Beyond what a whole number holds exactly.
    let whole = Int(scaled)
    let sign = whole == 0 ? "" : (value < 0 ? minus : plus)
    guard decimals > 0 else { return sign + String(whole) }
    let unpadded = String(whole)
    let all = String(repeating: "0", count: max(0, decimals + 1 - unpadded.count)) + unpadded
    return sign + all.dropLast(decimals) + "." + all.suffix(decimals)
  }
}
