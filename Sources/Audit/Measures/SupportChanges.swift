import Core
import Statistics

/// Questions preserved, expanded, lost and out of reach, by which model has a correct answer among equally many samples.
///
/// Wu et al., "The invisible leash: why RLVR may not escape its origin", arXiv 2507.14843, section 3.1. They count correct
/// completions that a large sampling budget reaches; counted here are questions (adopted), at the samples there are.
/// docs/measures/support.md.
enum SupportChanges {
  private enum Part: CaseIterable { case preserved, expanded, lost, outOfReach }

  /// One entry a later iteration that shares sampled questions with iteration 1.
  static func measure(_ answers: AnswerTable, _ estimator: Estimator, threads: Int) -> [AuditResult.SupportChange] {
    concurrentRanges(of: answers.later.count, threads: threads) { range in
      range.compactMap { index -> AuditResult.SupportChange? in
        let later = answers.later[answers.later.startIndex + index]
        let pairs = PairedSamples.all(answers.first, later)
        return pairs.isEmpty ? nil : change(pairs, at: later.iteration, estimator.child("support \(later.iteration)"))
      }
    }.flatMap { $0 }
  }

  private static func change(
    _ pairs: [PairedSamples], at iteration: Int, _ estimator: Estimator
  ) -> AuditResult.SupportChange {
    let parts = pairs.map(part)
    func share(_ name: Part, of members: [Part] = Part.allCases) -> Estimate? {
      estimator.mean(
        of: parts.map { members.contains($0) ? ($0 == name ? 1 : 0) : nil }, "\(name) of \(members.count)")
    }
    func count(_ name: Part) -> AuditResult.SupportChange.Part {
      .init(count: parts.count { $0 == name }, share: share(name))
    }
    return AuditResult.SupportChange(
      iteration: iteration, preserved: count(.preserved), expanded: count(.expanded), lost: count(.lost),
      outOfReach: count(.outOfReach),
      byChance: estimator.mean(of: pairs.map(chanceOfOneSide), in: 0...0.5, "by_chance"),
      retentionRate: share(.preserved, of: [.preserved, .lost]),
      discoveryRate: share(.expanded, of: [.expanded, .preserved]),
      dynamicScore: dynamicScore(parts, estimator),
      netChangeRate: estimator.mean(
        of: parts.map { $0 == .outOfReach ? nil : $0 == .expanded ? 1 : $0 == .lost ? -1 : 0 }, in: -1...1, "net"))
  }

  private static func part(_ pair: PairedSamples) -> Part {
    switch (pair.firstCorrect > 0, pair.laterCorrect > 0) {
    case (true, true): .preserved
    case (false, true): .expanded
    case (true, false): .lost
    case (false, false): .outOfReach
    }
  }

  /// The probability that dealing a question's samples out anew gives all correct ones to the later model.
  ///
  /// With m samples of either and c correct in all, C(2m − c, m) / C(2m, m): what `expanded` would be, and by symmetry
  /// `lost`, if it made no difference which model a sample came from.
  private static func chanceOfOneSide(_ pair: PairedSamples) -> Double {
    let correct = pair.firstCorrect + pair.laterCorrect
    guard correct > 0 else { return 0 }
    // The first model gets `count` of the 2m samples and must miss all correct ones.
    return 1 - (PassAtK.estimate(sampleCount: 2 * pair.count, correctCount: correct, k: pair.count) ?? 0)
  }

  /// The harmonic mean of retention and discovery; undefined where either is or both are 0.
  private static func dynamicScore(_ parts: [Part], _ estimator: Estimator) -> Estimate? {
    let reached = parts.filter { $0 != .outOfReach }
    let counted: [Part] = [.preserved, .expanded, .lost]
    let columns = counted.map { part in reached.map { $0 == part ? 1.0 : 0 } }
    return estimator.bootstrap("dynamic").interval(ofSums: columns) { sums in
      let (preserved, expanded, lost) = (sums[0], sums[1], sums[2])
      guard preserved > 0 else { return nil }
      let retention = preserved / (preserved + lost)
      let discovery = expanded / (preserved + expanded)
      return 2 * retention * discovery / (retention + discovery)
    }.map(Estimate.init)
  }
}
