import Foundation

/// Numbers as people read them.
enum PlanNumber {
  /// `1,319`.
  static func whole(_ value: Int) -> String {
    var digits = Array(String(abs(value)))
    var index = digits.count - 3
    while index > 0 {
      digits.insert(",", at: index)
      index -= 3
    }
    return (value < 0 ? "-" : "") + String(digits)
  }

  /// `7,473` below a hundred thousand, then `1.25 M`; with `about` where it is not exact.
  static func count(_ span: Span) -> String { (span.isExact ? "" : "~") + count(span.estimate) }

  static func count(_ value: Double) -> String {
    switch value {
    case ..<99_999.5: whole(Int(value.rounded()))
    case ..<999_500: String(format: "%.0f k", value / 1e3)
    case ..<999.5e6: significant(value / 1e6) + " M"
    case ..<999.5e9: significant(value / 1e9) + " B"
    default: significant(value / 1e12) + " T"
    }
  }

  /// Three significant digits.
  static func significant(_ value: Double) -> String {
    switch abs(value) {
    case 100...: String(format: "%.0f", value)
    case 10...: String(format: "%.1f", value)
    case 1...: String(format: "%.2f", value)
    case 0: "0"
    default: String(format: "%.3g", value)
    }
  }

  /// With its range where it has one.
  static func decimal(_ span: Span) -> String {
    span.isExact
      ? significant(span.estimate)
      : "\(significant(span.estimate)) (\(significant(span.low))–\(significant(span.high)))"
  }

  static func scientific(_ span: Span) -> String {
    func text(_ value: Double) -> String { String(format: "%.3g", value) }
    return span.isExact ? text(span.estimate) : "\(text(span.estimate)) (\(text(span.low))–\(text(span.high)))"
  }

  static func bytes(_ value: Double) -> String {
    switch value {
    case ..<999.5e3: String(format: "%.0f kB", value / 1e3)
    case ..<999.5e6: String(format: "%.1f MB", value / 1e6)
    case ..<999.5e9: String(format: "%.1f GB", value / 1e9)
    default: String(format: "%.2f TB", value / 1e12)
    }
  }

  static func seconds(_ value: Double) -> String {
    switch value {
    case 0: "0 s"
    case ..<0.1: String(format: "%.0f ms", value * 1e3)
    case ..<10: String(format: "%.1f s", value)
    case ..<100: String(format: "%.0f s", value)
    case ..<597: String(format: "%.1f min", value / 60)
    case ..<5970: String(format: "%.0f min", value / 60)
    case ..<172_800: String(format: "%.1f h", value / 3600)
    default: String(format: "%.1f d", value / 86_400)
    }
  }

  static func duration(_ span: Span) -> String { range(span, seconds) }
  static func hours(_ span: Span) -> String { range(span, significant) }
  static func dollars(_ span: Span) -> String {
    range(span) { "$" + (($0 < 100) ? String(format: "%.2f", $0) : whole(Int(min($0, 1e15).rounded()))) }
  }

  /// Without the ends where they would read like the estimate.
  static func range(_ span: Span, _ text: (Double) -> String) -> String {
    let (estimate, low, high) = (text(span.estimate), text(span.low), text(span.high))
    return low == estimate && high == estimate ? estimate : "\(estimate) (\(low)–\(high))"
  }
}
