import Core

/// pass@k and majority@k of the first and the last model: does the later one still win with many samples?
package enum SampleCountFigure {
  static func passAtK(_ groups: [RunGroup]) -> Figure {
    Figure(
      title: "pass@k of the first and the last model",
      caption: Figure.Caption(
        shown: """
          The share of questions of which at least one of k sampled answers is correct. Where the last model's line falls \
          below M₁'s, training has made single answers better and the reach of many answers smaller.
          """,
        computed: """
          Estimated without bias from all samples of a question and averaged over the questions; bands are 95 % BCa \
          intervals over questions. "Beyond noise" is said from the first k at which a 95 % band over all k lies below 0.
          """,
        findings: Reading.of(groups, crossing)),
      legend: [],
      groups: [
        Figure.Group(title: nil, panels: groups.map { panel($0, "pass@k (%)", chance: true) { $0.passAtK } })
      ],
      absence: "Not drawn: pass@k needs sampled answers of M₁ and of a later iteration, and there are none.")
  }

  static func majorityAtK(_ groups: [RunGroup]) -> Figure {
    Figure(
      title: "majority@k of the first and the last model",
      caption: Figure.Caption(
        shown: "The share of questions whose most frequent final answer among k samples is correct.",
        computed: "Averaged over the questions; bands are 95 % BCa intervals over questions.",
        findings: Reading.of(groups) { group in
          guard let k = group.audits.flatMap({ $0.majorityAtK.map(\.k) }).max() else { return nil }
          return Reading.course("majority@\(k)", .share, group) { audit, t in
            audit.majorityAtK.first { $0.iteration == t && $0.k == k }?.estimate
          }
        }),
      legend: [],
      groups: [
        Figure.Group(title: nil, panels: groups.map { panel($0, "majority@k (%)", chance: false) { $0.majorityAtK } })
      ],
      absence: "majority@k")
  }

  /// The smallest k at which the last model's pass@k lies below the first's (Yue et al., arXiv 2504.13837).
  package static func crossover(_ audit: AuditResult) -> Int? {
    guard let first = audit.firstIteration, let last = audit.lastIteration else { return nil }
    func estimates(_ iteration: Int) -> [Int: Double] {
      var byK: [Int: Double] = [:]
      for point in audit.passAtK where point.iteration == iteration { byK[point.k] = point.estimate?.estimate }
      return byK
    }
    let (before, after) = (estimates(first), estimates(last))
    return after.keys.sorted().first { k in
      guard let early = before[k], let late = after[k] else { return false }
      return late < early
    }
  }

  private static func crossing(_ group: RunGroup) -> String? {
    guard let audit = group.audits.first, let first = audit.firstIteration, let last = audit.lastIteration,
      first != last, group.audits.contains(where: { !$0.passAtK.isEmpty })
    else { return nil }
    guard !group.isPooled else {
      let crossing = group.audits.compactMap(crossover)
      return
        "the last model falls below M₁ at some k in \(crossing.count) of \(group.audits.count) runs, by point estimates"
        + (crossing.min().map { ", at the earliest at k = \($0)" } ?? "")
    }
    let names = "\(Phrase.model(last))'s pass@k"
    guard let entry = audit.measures?.passAtKCrossover.first(where: { $0.iteration == last }) else {
      return crossover(audit).map { "\(names) first falls below M₁'s at k = \($0), by point estimates" }
        ?? "\(names) never falls below M₁'s, by point estimates"
    }
    switch (entry.crossing, entry.shown) {
    case (.at(let k), .at(let shown)):
      return "\(names) falls below M₁'s from k = \(k) on, and beyond noise from k = \(shown) on"
    case (.at(let k), .beyond):
      return "\(names) falls below M₁'s at k = \(k) by point estimates, which is not beyond noise"
    case (.beyond(let k), _): return "\(names) stays at or above M₁'s up to k = \(k)"
    }
  }

  private static func panel(
    _ group: RunGroup, _ axisTitle: String, chance: Bool, _ entries: (AuditResult) -> [AuditResult.AtK]
  ) -> Figure.Panel {
    let missing = Figure.Panel(group.label, absent: "No sampled answers of two iterations.")
    guard let audit = group.audits.first, let first = audit.firstIteration, let last = audit.lastIteration,
      first != last
    else { return missing }
    func lines(_ end: KeyPath<AuditResult, Int?>, _ name: Int, _ style: SeriesStyle) -> [Series] {
      group.lines(named: Phrase.model(name), style: style, .share, interval: .band) { audit in
        entries(audit).filter { $0.iteration == audit[keyPath: end] && $0.k > 0 }.map {
          ($0.k, "k = \($0.k)", $0.estimate)
        }
      }
    }
    let after = lines(\.lastIteration, last, group.style)
    let before = lines(\.firstIteration, first, .comparison)
    guard after.contains(where: { !$0.isEmpty }), before.contains(where: { !$0.isEmpty }) else { return missing }
    var all = after + before
    if chance, let line = audit.controls?.chance, !line.passAtK.isEmpty {
      all.append(
        Series(
          "guessing, \(Phrase.questions(line.questions)) with choices", style: .control(0), interval: .band,
          quantity: .share,
          estimates: line.passAtK.filter { $0.k > 0 }.map {
            ($0.k, "k = \($0.k)", Estimate(estimate: $0.value, low: $0.value, high: $0.value, n: line.questions))
          }))
    }
    return Figure.Panel(
      group.label,
      LineChart(
        title:
          "\(axisTitle.replacing(" (%)", with: "")) of \(Phrase.model(first)) and \(Phrase.model(last)), \(group.name)",
        size: .small, xAxis: .sampleCounts(all.flatMap { $0.points.map { Int($0.x) } }),
        yAxis: .covering(all.flatMap(\.extent), title: axisTitle, within: 0...100, minimumSpan: 20), series: all),
      ownLegend: true)
  }
}
