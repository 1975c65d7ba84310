import Core

/// The verdict on one run in plain words, with the numbers that decide it.
package struct VerdictSummary: Sendable {
  /// `reversal`, or with its qualifiers `reversal (sharpening)`.
  package let word: String
  /// What the word means here, as full sentences.
  package let findings: String

  package init(_ audit: AuditResult) {
    word = Self.word(audit.verdict)
    findings = Self.sentences(audit).joined(separator: " ")
  }

  package static func word(_ verdict: AuditResult.Verdict) -> String {
    let qualifiers = verdict.qualifiers.map(\.rawValue)
    return verdict.overall.rawValue + (qualifiers.isEmpty ? "" : " (\(qualifiers.joined(separator: ", ")))")
  }

  typealias Axis = AuditResult.Verdict.Axis

  private static func sentences(_ audit: AuditResult) -> [String] {
    guard let first = audit.firstIteration, let last = audit.lastIteration, first != last else {
      return ["One iteration only: there is nothing to compare it with."]
    }
    let span = " from \(Phrase.model(first)) to \(Phrase.model(last))"
    let axes = audit.verdict.axes.filter { $0.iteration == last }
    let main = axes.first { $0.axis == "pass_at_1" } ?? axes.first { $0.axis == "sampled_pass_at_1" }
    let others = axes.filter { $0 != main }
    let better = others.filter { $0.verdict == .better && isLeading($0) }.compactMap { movement($0) }
    let worse = others.filter { $0.verdict == .worse && isLeading($0) }.compactMap { movement($0) }
    var opening = "pass@1 was not compared, as answers of both iterations are missing"
    if let main, let moved = movement(main, naming: true) { opening = moved + span }

    var sentences: [String] = []
    switch main?.verdict {
    case .better where !worse.isEmpty: sentences.append("\(opening), while \(Phrase.list(worse)).")
    case .worse where !better.isEmpty: sentences.append("\(opening), while \(Phrase.list(better)).")
    default: sentences.append(opening + ".")
    }
    let alsoBetter = (main?.verdict == .worse ? [] : better) + labels(others, .better)
    let alsoWorse = (main?.verdict == .better ? [] : worse) + labels(others, .worse)
    if !alsoBetter.isEmpty { sentences.append("Also better: \(Phrase.list(alsoBetter)).") }
    if !alsoWorse.isEmpty { sentences.append("Also worse: \(Phrase.list(alsoWorse)).") }
    if audit.verdict.overall == .inconclusive, main?.verdict == .better,
      others.contains(where: { $0.verdict == .worse })
    {
      sentences.append("That alone does not make a reversal.")
    }
    sentences += sharpening(audit.verdict, span)
    if main?.verdict == .inconclusive { sentences += main.map(limit) ?? [] }
    let unchanged = axes.filter { $0.verdict == .inconclusive && $0.equivalence?.isShown == true }
    if !unchanged.isEmpty {
      sentences.append("Shown to be unchanged: \(Phrase.list(unchanged.map(withinMargin))).")
    }
    let open = others.filter { $0.verdict == .inconclusive && $0.effect != nil && !unchanged.contains($0) }
    if !open.isEmpty {
      sentences.append("Undecided with this many questions: \(Phrase.list(open.map { AxisName($0.axis).label })).")
    }
    if audit.verdict.overall == .progress { sentences += blindSpots(axes) }
    if let best = bestIteration(audit), best.iteration != first, best.iteration != last {
      let corrected = audit.bestIteration.flatMap { $0.iteration == best.iteration ? $0.corrected : nil }
      let part =
        corrected.map { ", and \(Quantity.share.withInterval($0)) once the choice of the best is accounted for" } ?? ""
      sentences.append(
        "pass@1 was highest at \(Phrase.model(best.iteration)): \(Quantity.share.withInterval(best.accuracy))\(part).")
    }
    return sentences
  }

  /// What is behind the qualifier.
  private static func sharpening(_ verdict: AuditResult.Verdict, _ span: String) -> [String] {
    guard verdict.qualifiers.contains(.sharpening), let evidence = verdict.sharpening else { return [] }
    return [
      "Sharpening: on the questions gained\(span), pass@\(evidence.k) of M₁ was already "
        + "\(Quantity.share.withInterval(evidence.improvementSet)), against "
        + "\(Quantity.share.withInterval(evidence.control)) where neither solves."
    ]
  }

  /// What the test could not have found.
  private static func limit(_ axis: Axis) -> [String] {
    guard let n = axis.effect?.n, let smallest = axis.detectableEffect?.corrected else { return [] }
    let name = AxisName(axis.axis)
    return [
      "With \(Phrase.questions(n)) a change of \(name.label) below \(name.quantity.magnitude(smallest)) is missed more "
        + "often than one time in five."
    ]
  }

  private static func withinMargin(_ axis: Axis) -> String {
    let name = AxisName(axis.axis)
    return "\(name.label) (within \(axis.equivalence.map { "±" + name.quantity.magnitude($0.margin) } ?? ""))"
  }

  /// Told with its numbers. The measures on incorrect answers, and distinct-n in its second form, are only named.
  static func isLeading(_ axis: Axis) -> Bool {
    !axis.axis.hasSuffix("_incorrect") && !axis.axis.hasPrefix("expectation_adjusted")
  }

  private static func labels(_ axes: [Axis], _ finding: Axis.Finding) -> [String] {
    axes.filter { $0.verdict == finding && !isLeading($0) }.map { AxisName($0.axis).label }
  }

  /// Progress says nothing of what was not looked at.
  private static func blindSpots(_ axes: [Axis]) -> [String] {
    let missing = ["pass_at_k", "distinct_n_correct", "ood_pass_at_1"].filter { name in
      !axes.contains { $0.axis == name && $0.effect != nil }
    }
    guard !missing.isEmpty else { return [] }
    return [
      "A reversal would not be seen in what was not measured: \(Phrase.list(missing.map { AxisName($0).label }))."
    ]
  }

  /// The earliest of the iterations with the highest pass@1.
  static func bestIteration(_ audit: AuditResult) -> AuditResult.PassAt1? {
    audit.passAt1.filter { $0.accuracy != nil }.sorted { $0.iteration < $1.iteration }.max { left, right in
      (left.accuracy?.estimate ?? 0) < (right.accuracy?.estimate ?? 0)
    }
  }

  /// `distinct-n of correct answers fell by 0.082 (0.071 to 0.093)`; nil where the effect is undefined.
  static func movement(_ axis: Axis, naming: Bool = false) -> String? {
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
