import Core
import Statistics

/// Greedy accuracy by difficulty group, and the disparity between the easiest and the hardest.
enum GroupAccuracy {
  /// Groups in order of difficulty: by the first number in their name (`Level 2` before `Level 10`), then by name.
  static func measure(_ answers: AnswerTable, _ estimator: Estimator) -> [AuditResult.Group] {
    let groups = Group.all(of: answers.problems)
    return answers.iterations.flatMap { iteration in
      let outcomes = iteration.greedyOutcomes
      return groups.map { group in
        AuditResult.Group(
          iteration: iteration.iteration, group: group.name,
          accuracy: estimator.mean(
            of: group.questions.map { outcomes[$0] }, "group \(iteration.iteration) \(group.name)"))
      }
    }
  }

  /// (accuracy of the easiest group − of the hardest) / of the easiest, each group resampled within itself.
  ///
  /// Null with fewer than two groups, where a group's name holds no number (subjects have no order), and where the easiest
  /// has accuracy 0. Empty where the problems have no group at all.
  static func disparity(_ answers: AnswerTable, _ estimator: Estimator) -> [AuditResult.GroupDisparity] {
    let groups = Group.all(of: answers.problems)
    guard let easiest = groups.first, let hardest = groups.last else { return [] }
    let isOrdered = Group.areOrdered(groups)
    return answers.iterations.map { iteration in
      let outcomes = iteration.greedyOutcomes
      return AuditResult.GroupDisparity(
        iteration: iteration.iteration,
        estimate: isOrdered
          ? estimate(
            easiest: easiest.questions.compactMap { outcomes[$0] },
            hardest: hardest.questions.compactMap { outcomes[$0] },
            estimator.child("group_disparity \(iteration.iteration)"))
          : nil)
    }
  }

  /// The names of the groups, in order of difficulty.
  static func groupNames(of problems: [Problem]) -> [String] { Group.all(of: problems).map(\.name) }

  /// Positions of the problems of the hardest group; nil where the groups have no order.
  static func hardestQuestions(of problems: [Problem]) -> [Int]? {
    let groups = Group.all(of: problems)
    return Group.areOrdered(groups) ? groups.last?.questions : nil
  }

  private static func estimate(easiest: [Double], hardest: [Double], _ estimator: Estimator) -> Estimate? {
    let ratio = estimator.bootstrap("ratio").interval(strata: [easiest.count, hardest.count]) { draws in
      let easy = draws[0].reduce(0) { $0 + easiest[$1] } / Double(draws[0].count)
      let hard = draws[1].reduce(0) { $0 + hardest[$1] } / Double(draws[1].count)
      return easy > 0 ? (easy - hard) / easy : nil
    }
    guard let ratio, ratio.low == ratio.high else { return ratio.map(Estimate.init) }
    // With the hardest group at 0 every resample has disparity 1, with both at their ceiling 0: no spread to resample. The
    // exact interval of the hardest group's accuracy bounds the ratio instead, the easiest's accuracy taken as it is.
    let easy = easiest.reduce(0, +) / Double(easiest.count)
    guard let hard = estimator.mean(of: hardest, "hardest") else { return nil }
    return Estimate(estimate: ratio.estimate, low: 1 - hard.high / easy, high: 1 - hard.low / easy, n: ratio.count)
  }

  private struct Group {
    let name: String
    /// The first number in the name; nil without any.
    let level: Int?
    /// Positions of its problems.
    let questions: [Int]

    static func all(of problems: [Problem]) -> [Group] {
      let positions = problems.indices.filter { problems[$0].group != nil }
      return Dictionary(grouping: positions) { problems[$0].group ?? "" }
        .map { Group(name: $0.key, level: firstNumber(in: $0.key), questions: $0.value) }
        .sorted { ($0.level ?? .max, $0.name) < ($1.level ?? .max, $1.name) }
    }

    /// At least two groups, with a number in every name.
    static func areOrdered(_ groups: [Group]) -> Bool { groups.count > 1 && groups.allSatisfy { $0.level != nil } }

    private static func firstNumber(in name: String) -> Int? {
      let digits = name.drop { !("0"..."9").contains($0) }.prefix { ("0"..."9").contains($0) }
      return Int(digits)
    }
  }
}
