import Core
import Report
import RunStore

/// The words and small marks that recur on the pages.
enum Wording {
  static func percent(_ share: Double?) -> String {
    share.map { Quantity.share.value($0) } ?? Phrase.undefined
  }

  static func index(_ value: Double?) -> String { value.map(Quantity.index.number) ?? Phrase.undefined }

  /// `0:14`, `2:05:00`, `3 days`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return Phrase.undefined }
    let whole = Int(seconds.rounded(.up))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
    if whole < 48 * 3600 { return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))" }
    return "\(whole / 86400) days"
  }

  static func rate(_ rate: Double, _ unit: String) -> String {
    let number = rate >= 10 ? Decimal.count(Int(rate)) : Decimal.text(rate, decimals: rate >= 1 ? 1 : 2)
    return "\(number) \(unit) a second"
  }

  static func split(_ split: Split) -> String {
    switch split {
    case .test: "test"
    case .train: "training"
    case .outOfDistribution: "out of distribution"
    }
  }

  static func outcome(_ outcome: Verdict.Outcome) -> (sign: String, word: String, kind: HTMLFragment) {
    switch outcome {
    case .correct: ("✓", "correct", "correct")
    case .incorrect: ("✗", "incorrect", "wrong")
    case .unparsed: ("?", "unparsed", "wrong")
    case .timeout: ("…", "timed out", "wrong")
    case .error: ("!", "verifier failed", "wrong")
    }
  }

  static func state(_ snapshot: RunSnapshot) -> HTMLFragment {
    switch snapshot.state {
    case .running: "<span class=\"pill running\">running</span>"
    case .finished: "<span class=\"pill finished\">finished</span>"
    case .interrupted: "<span class=\"pill interrupted\">interrupted</span>"
    }
  }

  static func verdict(_ audit: AuditResult) -> HTMLFragment {
    let word = audit.verdict.overall.rawValue
    let kind: HTMLFragment =
      switch audit.verdict.overall {
      case .progress: "good"
      case .reversal, .regress: "bad"
      default: "open"
      }
    return "<span class=\"pill verdict-\(kind)\">\(word)</span>"
  }

  /// A bar that also tells its number to who cannot see it.
  static func progress(_ share: Double, _ label: String) -> HTMLFragment {
    let value = Coordinate.text(max(0, min(1, share)))
    return "<progress max=\"1\" value=\"\(value)\" aria-label=\"\(label)\"></progress>"
  }
}
