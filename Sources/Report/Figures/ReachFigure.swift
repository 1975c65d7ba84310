import Core

/// What the samples reach: the questions won and lost, and how often each is answered.
enum ReachFigure {
  static func support(_ groups: [RunGroup]) -> Figure {
    let kinds: [(String, SeriesStyle, (AuditResult.SupportChange) -> Estimate?)] = [
      ("lost: M₁ only", SeriesStyle.method(1), { $0.lost.share }),
      ("expanded: Mₜ only", SeriesStyle.method(0), { $0.expanded.share }),
      ("either, by chance", .comparison, { $0.byChance }),
    ]
    let panels = groups.map { group -> Figure.Panel in
      let series = kinds.flatMap { name, style, value in
        group.lines(named: name, style: style, .share, interval: .whiskers) { audit in
          (audit.measures?.support ?? []).map { ($0.iteration, Phrase.model($0.iteration), value($0)) }
        }.prefix(1)
      }
      guard series.contains(where: { !$0.isEmpty }) else {
        return Figure.Panel(group.label, absent: "No sampled answers of two iterations.")
      }
      return Figure.Panel(
        group.label,
        LineChart(
          title: "Questions within reach of one model only, \(group.name)", size: .small,
          xAxis: .iterations(group.audits.flatMap(\.iterations)),
          yAxis: .covering(series.flatMap(\.extent), title: "questions (%)", within: 0...100, minimumSpan: 5),
          series: series),
        ownLegend: true)
    }
    return Figure(
      title: "Questions won and lost to the samples",
      caption: Figure.Caption(
        shown: """
          Questions of which only Mₜ, or only M₁, has a correct answer among equally many samples. Two draws from one \
          model part in this way too: the dashed line is what either would be by chance.
          """,
        computed: """
          Shares of the questions with samples of both models; 95 % intervals over questions. docs/measures/support.md.
          """,
        findings: Reading.of(groups) { group in
          Reading.sign(
            group, .share, below: "on balance questions were lost (net support change)",
            above: "on balance questions were won (net support change)",
            open: "wins and losses are not told apart (net support change)"
          ) { $0.measures?.support.last?.netChangeRate }
        }),
      legend: [], groups: [Figure.Group(title: nil, panels: panels)], absence: "questions won and lost to the samples")
  }

  static func cover(_ groups: [RunGroup]) -> Figure {
    Figure(
      title: "Cover@τ of the first and the last model",
      caption: Figure.Caption(
        shown: """
          The share of questions of which at least a share τ of the samples is correct: at the left what is reached at \
          all, at the right what is answered reliably. Training that sharpens raises the right end and may lower the left.
          """,
        computed: "Bands are 95 % intervals over questions. docs/measures/cover.md.",
        findings: Reading.of(groups) { group in
          let parts = [(10, "half"), (1, "one in twenty")].compactMap { step, words in
            Reading.course("the share answered right in \(words) of the samples or more", .share, group) { audit, t in
              entries(audit, t).first { $0.step == step }?.estimate
            }
          }
          return parts.isEmpty ? nil : parts.joined(separator: "; ")
        }),
      legend: [], groups: [Figure.Group(title: nil, panels: groups.map(coverPanel))], absence: "Cover@τ")
  }

  /// τ in steps of a twentieth.
  private static func entries(_ audit: AuditResult, _ iteration: Int?) -> [(step: Int, estimate: Estimate?)] {
    (audit.measures?.coverAtTau ?? []).filter { $0.iteration == iteration && (0...1).contains($0.tau) }.map {
      (Int(($0.tau * 20).rounded()), $0.estimate)
    }
  }

  private static func coverPanel(_ group: RunGroup) -> Figure.Panel {
    let missing = Figure.Panel(group.label, absent: "No sampled answers of two iterations.")
    guard let audit = group.audits.first, let first = audit.firstIteration, let last = audit.lastIteration,
      first != last
    else { return missing }
    func lines(_ end: KeyPath<AuditResult, Int?>, _ name: Int, _ style: SeriesStyle) -> [Series] {
      group.lines(named: Phrase.model(name), style: style, .share, interval: .band) { audit in
        entries(audit, audit[keyPath: end]).map {
          ($0.step, "τ = \(Decimal.text(Double($0.step) / 20, decimals: 2))", $0.estimate)
        }
      }
    }
    var all = lines(\.lastIteration, last, group.style) + lines(\.firstIteration, first, .comparison)
    guard all.allSatisfy({ !$0.isEmpty || !$0.isListed }) else { return missing }
    if let chance = audit.controls?.chance, !chance.coverAtTau.isEmpty {
      all.append(
        Series(
          "guessing, \(Phrase.questions(chance.questions)) with choices", style: .control(0), interval: .band,
          quantity: .share,
          estimates: chance.coverAtTau.filter { (0...1).contains($0.tau) }.map {
            (
              Int(($0.tau * 20).rounded()), "τ = \(Decimal.text($0.tau, decimals: 2))",
              Estimate(estimate: $0.value, low: $0.value, high: $0.value, n: chance.questions)
            )
          }))
    }
    return Figure.Panel(
      group.label,
      LineChart(
        title: "Cover@τ of \(Phrase.model(first)) and \(Phrase.model(last)), \(group.name)", size: .small,
        xAxis: .twentieths(title: "share τ of the samples correct"),
        yAxis: .covering(all.flatMap(\.extent), title: "questions (%)", within: 0...100, minimumSpan: 20), series: all),
      ownLegend: true)
  }
}
