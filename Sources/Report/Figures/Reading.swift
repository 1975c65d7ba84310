import Core

/// What the numbers of a figure say, in sentences that are made from them.
enum Reading {
  /// A sentence for each group; nil where it has nothing to say. The group is named where there are several.
  static func of(_ groups: [RunGroup], _ sentence: (RunGroup) -> String?) -> [String] {
    groups.compactMap { group in
      guard let words = sentence(group) else { return nil }
      guard groups.count == 1 else { return "\(group.name): \(words)." }
      // The names of measures keep their small letter.
      let isName = words.prefix { $0 != " " }.contains("@") || words.hasPrefix("distinct-n")
      return (isName ? words : words.prefix(1).uppercased() + words.dropFirst()) + "."
    }
  }

  /// What the corrected test says of an axis at the last iteration; of several runs, how many say what.
  static func axis(_ name: String, _ group: RunGroup) -> String? {
    let found = group.audits.compactMap { audit in
      audit.verdict.axes.first { $0.axis == name && $0.iteration == audit.lastIteration && $0.effect != nil }
    }
    guard let first = found.first else { return nil }
    guard group.isPooled else { return VerdictSummary.movement(first) }
    let words = AxisName(name)
    let effects = found.compactMap(\.effect?.estimate)
    let mean = effects.reduce(0, +) / Double(effects.count)
    let counts: [(String, AuditResult.Verdict.Axis.Finding)] = [
      ("better", .better), ("worse", .worse), ("undecided", .inconclusive),
    ]
    let findings = counts.compactMap { word, finding in
      let count = found.count { $0.verdict == finding }
      return count == 0 ? nil : "\(word) in \(count)"
    }
    return "\(words.label) changed by \(words.quantity.change(mean)) on average over \(found.count) runs "
      + "(\(words.quantity.signedNumber(effects.min() ?? 0)) to \(words.quantity.signedNumber(effects.max() ?? 0))); "
      + Phrase.list(findings)
  }

  /// `label went from a to b (M₁ to M₅)`, of means where there are several runs; nil where either is undefined.
  static func course(
    _ label: String, _ quantity: Quantity, _ group: RunGroup, _ estimate: (AuditResult, Int) -> Estimate?
  ) -> String? {
    var ends: [(first: Double, last: Double)] = []
    var overlap: Bool?
    for audit in group.audits {
      guard let t = audit.firstIteration, let u = audit.lastIteration, t != u, let first = estimate(audit, t),
        let last = estimate(audit, u)
      else { continue }
      ends.append((first.estimate, last.estimate))
      overlap = first.low <= last.high && last.low <= first.high
    }
    guard !ends.isEmpty, let audit = group.audits.first, let first = audit.firstIteration,
      let last = audit.lastIteration
    else { return nil }
    let count = Double(ends.count)
    let (from, to) = (ends.reduce(0) { $0 + $1.first } / count, ends.reduce(0) { $0 + $1.last } / count)
    let intervals =
      group.isPooled
      ? " on average" : overlap == false ? ", and the intervals do not overlap" : ", and the intervals overlap"
    return "\(label) went from \(quantity.value(from)) at \(Phrase.model(first)) to \(quantity.value(to)) at "
      + Phrase.model(last) + intervals
  }

  /// A change with its interval, in the words `what` gives for below, above and not told from 0; of several runs, the mean.
  static func sign(
    _ group: RunGroup, _ quantity: Quantity, below: String, above: String, open: String,
    _ change: (AuditResult) -> Estimate?
  ) -> String? {
    let changes = group.audits.compactMap(change)
    guard let first = changes.first else { return nil }
    guard group.isPooled else {
      let words = first.high < 0 ? below : first.low > 0 ? above : open
      return "\(words): \(quantity.changeWithInterval(first))"
    }
    let mean = changes.map(\.estimate).reduce(0, +) / Double(changes.count)
    let parts = [
      (below, changes.count { $0.high < 0 }), (above, changes.count { $0.low > 0 }),
      (open, changes.count { $0.low <= 0 && $0.high >= 0 }),
    ].filter { $0.1 > 0 }.map { "\($0.0) in \($0.1) of \(changes.count)" }
    return "\(Phrase.list(parts)), mean \(quantity.change(mean))"
  }
}
