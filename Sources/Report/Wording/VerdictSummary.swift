import Core

/// The verdict on one run in plain words, with the numbers that decide it.
package struct VerdictSummary: Sendable {
  /// `reversal`.
  package let word: String
  /// What the word means here, as full sentences.
  package let findings: String

  package init(_ audit: AuditResult) {
    word = audit.verdict.overall.rawValue
    findings = Self.sentences(audit).joined(separator: " ")
  }

  private typealias Axis = AuditResult.Verdict.Axis

  private static func sentences(_ audit: AuditResult) -> [String] {
    guard let first = audit.firstIteration, let last = audit.lastIteration, first != last else {
      return ["One iteration only: there is nothing to compare it with."]
    }
    let span = " from \(Phrase.model(first)) to \(Phrase.model(last))"
    let axes = audit.verdict.axes.filter { $0.iteration == last }
    let main = axes.first { $0.axis == "pass_at_1" }
    let others = axes.filter { $0.axis != "pass_at_1" }
    let better = others.filter { $0.verdict == .better }.compactMap { movement($0) }
    let worse = others.filter { $0.verdict == .worse }.compactMap { movement($0) }
    var opening = "pass@1 was not compared, as greedy answers are missing"
    if let main { opening = (movement(main, naming: true) ?? "pass@1 is undefined") + span }

    var sentences: [String] = []
    switch main?.verdict {
    case .better where !worse.isEmpty: sentences.append("\(opening), while \(Phrase.list(worse)).")
    case .worse where !better.isEmpty: sentences.append("\(opening), while \(Phrase.list(better)).")
    default: sentences.append(opening + ".")
    }
    if main?.verdict != .worse, !better.isEmpty { sentences.append("Better as well: \(Phrase.list(better)).") }
    if main?.verdict != .better, !worse.isEmpty { sentences.append("Worse as well: \(Phrase.list(worse)).") }
    let open = others.filter { $0.verdict == .inconclusive && $0.effect != nil }.map { AxisName($0.axis).label }
    if !open.isEmpty { sentences.append("Undecided with this many questions: \(Phrase.list(open)).") }
    if let best = bestIteration(audit), best.iteration != first, best.iteration != last {
      sentences.append(
        "pass@1 was highest at \(Phrase.model(best.iteration)): \(Quantity.share.withInterval(best.accuracy)).")
    }
    return sentences
  }

  /// The earliest of the iterations with the highest pass@1.
  static func bestIteration(_ audit: AuditResult) -> AuditResult.PassAt1? {
    audit.passAt1.filter { $0.accuracy != nil }.sorted { $0.iteration < $1.iteration }.max { left, right in
      (left.accuracy?.estimate ?? 0) < (right.accuracy?.estimate ?? 0)
    }
  }

  /// `distinct-n of correct answers fell by 0.082 (0.071 to 0.093)`; nil where the effect is undefined.
  private static func movement(_ axis: Axis, naming: Bool = false) -> String? {
    guard let effect = axis.effect else { return nil }
    let name = AxisName(axis.axis)
    let prefix = naming ? "95\u{A0}% interval " : ""
    guard axis.verdict != .inconclusive else {
      return "\(name.label) changed by \(name.quantity.change(effect.estimate)) "
        + "(\(prefix)\(name.quantity.interval(effect)), not distinguishable from no change)"
    }
    // A fall is told by its size, so the ends of its interval change sign and place.
    let size =
      effect.estimate < 0
      ? Estimate(estimate: -effect.estimate, low: -effect.high, high: -effect.low, n: effect.n) : effect
    return "\(name.label) \(effect.estimate < 0 ? "fell" : "rose") by \(name.quantity.magnitude(size.estimate)) "
      + "(\(prefix)\(name.quantity.interval(size)))"
  }
}
