import Core
import Report

/// The charts of one run.
enum RunCharts {
  static func html(_ figures: RunFigures) -> HTMLFragment {
    let iterations = figures.iterations
    func line(
      _ name: String, _ place: Int, _ quantity: Quantity, _ value: (RunFigures.Iteration) -> Estimate?
    ) -> ReportParts.Line {
      ReportParts.Line(
        name, .palette(place), quantity,
        points: iterations.map { ($0.iteration, Phrase.model($0.iteration), value($0)) })
    }
    func drawn(_ lines: [ReportParts.Line]) -> [ReportParts.Line] {
      lines.filter { $0.points.contains { $0.estimate != nil } }
    }
    let panels = [
      panel(
        "pass@1", "correct (%)",
        drawn([
          line("test, greedy", 0, .share) { $0.greedy.estimate },
          line("out of distribution, greedy", 1, .share) { $0.outOfDistribution.estimate },
          line("test, sampled", 2, .share) { bare($0.sampled.value) },
        ]), within: 0...100, span: 10, note: "Bands are Wilson's 95 % intervals over questions."),
      panel(
        "Diversity", "distinct-n, n = 1 to 5",
        drawn([
          line("correct answers", 2, .index) { bare($0.distinctCorrect) },
          line("incorrect answers", 1, .index) { bare($0.distinctIncorrect) },
          line("all", 5, .index) { bare($0.distinctN) },
        ]), within: 0...1, span: 0.1, note: "Means over questions with two samples of the kind, without intervals."),
      panel(
        "Distinct equations", "unique chains / samples",
        drawn([line("correct answers", 2, .index) { bare($0.equationsCorrect) }]), within: 0...1, span: 0.1),
      panel(
        "Length of the sampled answers", "tokens",
        drawn([line("mean", 0, .index) { bare($0.tokens) }]), within: nil, span: 10),
      losses(figures.losses),
    ].compactMap { $0 }
    guard !panels.isEmpty else {
      return "<p class=\"absent\">No answer is in yet; the curves begin with M₁'s.</p>"
    }
    return "<div class=\"panels small\">\(panels)</div>"
  }

  static func bare(_ value: Double?) -> Estimate? {
    value.map { Estimate(estimate: $0, low: $0, high: $0, n: 1) }
  }

  static func panel(
    _ title: String, _ yTitle: String, _ lines: [ReportParts.Line], within bounds: ClosedRange<Double>?, span: Double,
    note: String? = nil
  ) -> HTMLFragment? {
    guard
      let chart = ReportParts.chart(title: title, yTitle: yTitle, lines: lines, within: bounds, minimumSpan: span)
    else { return nil }
    let note: HTMLFragment = note.map { "<p class=\"note\">\($0)</p>" } ?? .empty
    return "<section class=\"card panel\"><h3>\(title)</h3>\(chart)\(note)</section>"
  }

  private static func losses(_ curves: [RunFigures.LossCurve]) -> HTMLFragment? {
    guard !curves.isEmpty else { return nil }
    let lines = curves.enumerated().map { place, curve in
      ReportParts.Line(
        Phrase.model(curve.iteration), .thin(place, of: curves.count), .index,
        points: curve.points.map { ($0.step, "step \($0.step)", bare($0.loss)) })
    }
    let axis = Axis.iterations([0] + curves.map { max($0.totalSteps, $0.lastStep) }, title: "step")
    guard
      let chart = ReportParts.chart(
        title: "Loss of each training by step", yTitle: "loss", lines: lines, xAxis: axis, minimumSpan: 0.1)
    else { return nil }
    return """
      <section class="card panel loss"><h3>Training loss</h3>\(chart)\
      <p class="note">Each training begins at its own step 1; SFT's loss is a token's, DPO's a pair's.</p></section>
      """
  }
}
