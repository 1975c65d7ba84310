import Core

/// How a statistic is written and drawn.
package enum Quantity: Sendable {
  /// A share of questions or answers: percent, its changes in points.
  case share
  /// A measure without unit, such as distinct-n.
  case index
  /// A mean count: of words, of answers.
  case count

  /// From the audit's number to the drawn one.
  var factor: Double { self == .share ? 100 : 1 }
  var decimals: Int { self == .index ? 3 : 1 }

  /// The bare number: `41.6`, `0.412`.
  package func number(_ value: Double) -> String { Decimal.text(value * factor, decimals: decimals) }

  /// With its unit: `41.6 %`, `0.412`.
  package func value(_ value: Double) -> String {
    self == .share && value.isFinite ? number(value) + "\u{A0}%" : number(value)
  }

  package func signedNumber(_ change: Double) -> String { Decimal.signed(change * factor, decimals: decimals) }

  /// A change with its sign and unit: `+9.5 points`, `−0.082`.
  package func change(_ change: Double) -> String { signedNumber(change) + unitOfChange(change) }

  /// A change without its sign, for `rose by` and `fell by`.
  package func magnitude(_ change: Double) -> String { number(change.magnitude) + unitOfChange(change) }

  /// `38.9 to 44.2`.
  package func interval(_ estimate: Estimate) -> String { "\(number(estimate.low)) to \(number(estimate.high))" }

  /// `41.6 % (38.9 to 44.2)`.
  package func withInterval(_ estimate: Estimate?) -> String {
    guard let estimate else { return Phrase.undefined }
    return "\(value(estimate.estimate)) (\(interval(estimate)))"
  }

  /// `+9.5 points (6.5 to 12.6)`.
  package func changeWithInterval(_ estimate: Estimate?) -> String {
    guard let estimate else { return Phrase.undefined }
    return "\(change(estimate.estimate)) (\(interval(estimate)))"
  }

  private func unitOfChange(_ change: Double) -> String { self == .share && change.isFinite ? "\u{A0}points" : "" }
}
