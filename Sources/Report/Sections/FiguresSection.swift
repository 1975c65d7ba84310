import Core

/// Every measure as a figure: first those the verdict turns on, then all others that there is data for.
enum FiguresSection {
  static func html(_ runs: [ReportInput.RunSection]) -> HTMLFragment {
    let groups = RunGroup.assign(runs)
    let main = main(groups)
    let further = further(groups)
    let drawn = further.filter(\.isDrawn)
    let missing = further.filter { !$0.isDrawn }.map(\.absence)
    let left: HTMLFragment =
      missing.isEmpty
      ? .empty : "\n<p class=\"absent\">Without data, and so without a figure: \(Phrase.list(missing)).</p>"
    let rest: HTMLFragment =
      drawn.isEmpty
      ? .empty
      : """

      <h2 id="further">Further figures</h2>
      \(drawn.enumerated().map { $0.element.html(number: main.count + $0.offset + 1) })
      """
    return """
      <section id="figures"><h2>Figures</h2>
      <p>Point at a mark to read its number; each figure is also there as a table and as a file. Vertical axes are cut to the \
      data and need not start at 0.\(pooling(groups))</p>
      \(main.enumerated().map { $0.element.html(number: $0.offset + 1) })\(rest)\(left)
      </section>
      """
  }

  private static func main(_ groups: [RunGroup]) -> [Figure] {
    [
      PassAt1Figure.make(groups), EffectsFigure.make(groups), DiversityFigure.make(groups),
      SampleCountFigure.passAtK(groups), ImprovementSetFigure.make(groups), OutOfDistributionFigure.make(groups),
      GroupFigure.test(groups), GroupFigure.outOfDistribution(groups),
    ].compactMap { $0 }
  }

  private static func further(_ groups: [RunGroup]) -> [Figure] {
    [
      DiversityFigure.matched(groups), ImprovementSetFigure.controls(groups), ReachFigure.support(groups),
      ReachFigure.cover(groups), SampleCountFigure.majorityAtK(groups), ProfileFigures.answers(groups),
      ProfileFigures.texts(groups), ProfileFigures.exploration(groups), CompositionFigures.training(groups),
      ProfileFigures.contamination(groups), CompositionFigures.verdicts(groups),
    ]
  }

  private static func pooling(_ groups: [RunGroup]) -> String {
    groups.contains(where: \.isPooled)
      ? " Of runs that differ in their seed only, the thick line is the mean, the band reaches from the lowest to the "
        + "highest run, and thin lines are the runs." : ""
  }
}
