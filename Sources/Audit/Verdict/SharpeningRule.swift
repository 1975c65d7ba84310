import Core

/// Whether M_1 already covered what was gained, so that it was selected and not learnt. design/002-verdict-rule.md.
enum SharpeningRule {
  /// The share of the questions gained beyond chance that M_1 must cover.
  static let coverage = 0.8
  /// The fewest samples of M_1 that can say so.
  static let smallestK = 16

  /// Judged at the largest k of 16 or more that there is for the improvement set; nil without any, or without a net gain.
  ///
  /// - The lower end of M_1's pass@k on the improvement set reaches 1 − (1 − `coverage`) · (gained − lost) / gained. Part of
  ///   any improvement set is chance: about as many questions as were lost. They are taken for covered, so that the
  ///   uncovered share counts against the net gain alone.
  /// - It is above M_1's pass@k on the questions that neither solves: the interval of the difference (Zou and Donner 2008,
  ///   from the two intervals) leaves out 0. A k at which M_1 stumbles on anything, as among five options, says nothing.
  static func judge(_ set: AuditResult.ImprovementSet) -> AuditResult.Verdict.Sharpening? {
    guard set.size > set.lostSize,
      let reached = set.firstIterationPassAtK.last(where: { $0.k >= smallestK && $0.estimate != nil }),
      let gained = reached.estimate
    else { return nil }
    let control = set.controlPassAtK.first { $0.k == reached.k }?.estimate
    let required = 1 - (1 - coverage) * Double(set.size - set.lostSize) / Double(set.size)
    let isAboveControl = control.map { isAbove(gained, $0) } ?? false
    return AuditResult.Verdict.Sharpening(
      k: reached.k, improvementSet: gained, control: control, required: required,
      isFound: gained.low >= required && isAboveControl)
  }

  private static func isAbove(_ one: Estimate, _ other: Estimate) -> Bool {
    let (below, above) = (one.estimate - one.low, other.high - other.estimate)
    return one.estimate - other.estimate > (below * below + above * above).squareRoot()
  }
}
