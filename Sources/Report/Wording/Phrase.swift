import Core

/// The words that recur in the report.
package enum Phrase {
  /// For a statistic that has no value, which is never shown as 0.
  package static let undefined = "–"

  /// `M₅`.
  package static func model(_ iteration: Int) -> String { "M" + subscripted(iteration) }

  /// `< 0.001`, `0.012`.
  package static func probability(_ p: Double?) -> String {
    guard let p, p.isFinite else { return undefined }
    return p < 0.001 ? "<\u{A0}0.001" : Decimal.text(p, decimals: 3)
  }

  /// `a`, `a and b`, `a, b and c`.
  package static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }

  package static func questions(_ count: Int) -> String {
    count == 1 ? "1 question" : "\(Decimal.count(count)) questions"
  }

  private static func subscripted(_ number: Int) -> String {
    String(
      String(number).unicodeScalars.map { scalar -> Character in
        guard ("0"..."9").contains(scalar), let digit = Unicode.Scalar(0x2080 + scalar.value - 0x30) else {
          return "₋"
        }
        return Character(digit)
      })
  }
}
