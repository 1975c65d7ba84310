import Audit
import Core
import Testing

/// Corner cases by hand; Tests/reference/audit.py covers the ordinary ones.
@Suite struct MeasureTests {
  private func audit(
    _ problems: [Problem], _ iterations: [[JudgedCompletion]], coverage: [JudgedCompletion]? = nil,
    outOfDistribution: AuditInput.OutOfDistribution? = nil
  ) throws -> AuditResult {
    try Auditor.audit(
      AuditInput(
        problems: problems,
        iterations: iterations.enumerated().map { AuditInput.Iteration(iteration: $0 + 1, completions: $1) },
        coverageSamples: coverage, outOfDistribution: outOfDistribution),
      seed: 1, resamples: 50)
  }

  @Test func withoutGreedyAnswersPassAt1IsNullAndSampledAccuracyDecides() throws {
    func samples(_ isCorrect: Bool) -> [JudgedCompletion] {
      (0..<40).flatMap { question in
        (0..<4).map { Made.answer(question, .sampled, index: $0, isCorrect: isCorrect || $0 == 0) }
      }
    }
    let result = try audit(Made.problems(40), [samples(false), samples(true)])
    #expect(result.passAt1 == [1, 2].map { AuditResult.PassAt1(iteration: $0, accuracy: nil, delta: nil) })
    #expect(result.improvementSet.isEmpty)
    let axis = try #require(result.verdict.axes.first { $0.axis == "sampled_pass_at_1" })
    #expect(axis.verdict == .better && axis.effect?.estimate == 0.75)
    #expect(result.verdict.overall == .progress)
  }

  @Test func withoutSamplesOnlyGreedyMeasuresExist() throws {
    let result = try audit(
      Made.problems(4), [Made.greedy([true, false, true, false]), Made.greedy([true, true, false, true])])
    #expect(result.passAtK.isEmpty && result.majorityAtK.isEmpty && result.groups.isEmpty)
    #expect(result.coverage == AuditResult.Coverage(meanCorrect: nil, solvable: nil, recommendedMethod: nil))
    #expect(result.diversity.count == 4)
    #expect(result.diversity.allSatisfy { $0.distinctN == nil && $0.distinctEquations == nil && $0.semantic == nil })
    let set = try #require(result.improvementSet.first)
    #expect(set.size == 2 && set.lostSize == 1 && set.problemIDs == ["q1", "q3"])
    #expect(set.firstIterationPassAtK.isEmpty && set.controlPassAtK.isEmpty)
    #expect(result.outOfDistribution == nil)
  }

  @Test func coverageUsesTheTrainingSamplesWhereThereAre() throws {
    let training = [true, true, false, true].enumerated().map {
      Made.answer(90 + $0 / 2, .sampled, index: $0 % 2, isCorrect: $1)
    }
    let result = try audit(Made.problems(1), [Made.greedy([true])], coverage: training)
    #expect(result.coverage.meanCorrect?.estimate == 0.75 && result.coverage.meanCorrect?.n == 2)
    #expect(result.coverage.solvable?.estimate == 1)
    #expect(result.coverage.recommendedMethod == "dpo")
  }

  /// The paper's rule: above 0.5, not at it.
  @Test func halfCoverageRecommendsSFT() throws {
    let samples = [true, false].enumerated().map { Made.answer(0, .sampled, index: $0, isCorrect: $1) }
    #expect(try audit(Made.problems(1), [samples]).coverage.recommendedMethod == "sft")
  }

  @Test func levelsAreOrderedAsNumbers() throws {
    let problems = Made.problems(6) { "Level \([10, 2, 1][$0 % 3])" }
    let result = try audit(problems, [Made.greedy([false, true, true, true, true, true])])
    #expect(result.groups.map(\.group) == ["Level 1", "Level 2", "Level 10"])
    #expect(result.groupDisparity.first?.estimate?.estimate == 0.5)
  }

  @Test func disparityIsNullWhereTheEasiestIsAtZeroOrGroupsHaveNoOrder() throws {
    let levels = Made.problems(4) { "Level \($0 % 2 + 1)" }
    let atZero = try audit(levels, [Made.greedy([false, true, false, true])])
    #expect(atZero.groupDisparity == [AuditResult.GroupDisparity(iteration: 1, estimate: nil)])
    let subjects = Made.problems(4) { ["algebra", "geometry"][$0 % 2] }
    let unordered = try audit(subjects, [Made.greedy([true, true, false, true])])
    #expect(unordered.groups.map(\.group) == ["algebra", "geometry"])
    #expect(unordered.groupDisparity == [AuditResult.GroupDisparity(iteration: 1, estimate: nil)])
  }

  /// With the hardest group at 0, every resample has disparity 1: the interval must not pretend to certainty.
  @Test func disparityAtTheFloorKeepsAnInterval() throws {
    let problems = Made.problems(40) { "Level \($0 % 2 + 1)" }
    let result = try audit(problems, [Made.greedy((0..<40).map { $0 % 4 == 0 })])
    let estimate = try #require(result.groupDisparity.first?.estimate)
    #expect(estimate.estimate == 1 && estimate.high == 1 && estimate.low < 0.9)
  }

  @Test func answersWithoutEquationsHaveNoLogicalDiversity() throws {
    let samples = (0..<3).map { Made.answer(0, .sampled, index: $0, isCorrect: true, text: "The answer is \($0).") }
    let diversity = try audit(Made.problems(1), [samples]).diversity[0]
    #expect(diversity.distinctEquations == nil)
    #expect(diversity.distinctN != nil)
  }

  @Test func anUnknownVoteMakesTheMajorityNull() throws {
    let unknown = JudgedCompletion(
      completion: Completion(problemID: "q0", sampleIndex: 0, decoding: .sampled, text: ""),
      verdict: Verdict(.incorrect))
    let result = try audit(Made.problems(1), [[unknown, Made.answer(0, .sampled, index: 1, isCorrect: true)]])
    #expect(result.majorityAtK.map(\.k) == [1, 2])
    #expect(result.majorityAtK.allSatisfy { $0.estimate == nil })
    #expect(result.passAtK.last?.estimate?.estimate == 1)
  }

  @Test func outOfDistributionIsMeasuredOnItsOwnQuestions() throws {
    let problems = Made.problems(4) { "Level \($0 % 2 + 1)" }
    let answers = [Made.greedy([true, true, true, false]), Made.greedy([true, false, true, false])]
    let result = try audit(
      Made.problems(2), [Made.greedy([true, false]), Made.greedy([true, true])],
      outOfDistribution: AuditInput.OutOfDistribution(
        problems: problems,
        iterations: answers.enumerated().map { AuditInput.Iteration(iteration: $0 + 1, completions: $1) }))
    let ood = try #require(result.outOfDistribution)
    #expect(ood.passAt1.map(\.accuracy?.estimate) == [0.75, 0.5])
    #expect(ood.passAt1.last?.delta?.estimate == -0.25)
    #expect(ood.groupDisparity.map(\.estimate?.estimate) == [0.5, 1])
    #expect(result.verdict.axes.first { $0.axis == "ood_pass_at_1" }?.effect?.estimate == -0.25)
  }

  @Test func noVerdictIsFoldedIntoWrong() throws {
    let outcomes: [Verdict.Outcome] = [.correct, .incorrect, .unparsed, .unparsed, .timeout, .error]
    let answers = outcomes.enumerated().map { index, outcome in
      JudgedCompletion(
        completion: Completion(problemID: ProblemID("q\(index)"), sampleIndex: 0, decoding: .greedy, text: ""),
        verdict: Verdict(outcome))
    }
    let result = try audit(Made.problems(6), [answers])
    let counts = try #require(result.verdictCounts?.first)
    #expect(result.verdictCounts?.count == 1 && counts.decoding == .greedy && counts.total == 6)
    #expect(Verdict.Outcome.allCases.map { counts[$0] } == [1, 1, 2, 1, 1])
  }

  @Test func oneIterationHasNoVerdict() throws {
    let result = try audit(Made.problems(2), [Made.greedy([true, false])])
    #expect(
      result.verdict == AuditResult.Verdict(overall: .inconclusive, rule: VerdictRule.version, axes: []))
    #expect(result.bestIteration == nil)
  }

  @Test func theBestIterationIsFreedOfItsPicking() throws {
    let outcomes = [[true, false, false, true], [true, true, false, true], [true, true, false, true]]
    let result = try audit(Made.problems(4), outcomes.map(Made.greedy))
    let best = try #require(result.bestIteration)
    #expect(best.iteration == 2 && best.passAt1 == result.passAt1[1].accuracy)
    #expect(best.corrected.low <= best.corrected.estimate && best.corrected.estimate < 0.75)
  }

  @Test func theHardestGroupIsAnAxisWhereGroupsHaveAnOrder() throws {
    let answers = [Made.greedy([true, false, true, false]), Made.greedy([true, true, false, false])]
    let levels = try audit(Made.problems(4) { "Level \([2, 10][$0 % 2])" }, answers)
    let axis = try #require(levels.verdict.axes.first { $0.axis == "hard_group_pass_at_1" })
    #expect(axis.effect?.estimate == 0.5 && axis.effect?.n == 2)
    let subjects = try audit(Made.problems(4) { ["algebra", "geometry"][$0 % 2] }, answers)
    #expect(!subjects.verdict.axes.contains { $0.axis == "hard_group_pass_at_1" })
  }

  @Test func unfittingAnswersAreErrors() {
    let problems = Made.problems(1)
    #expect(throws: InputError.self) { try audit([], [[]]) }
    #expect(throws: InputError.self) { try audit(problems + problems, [[]]) }
    #expect(throws: InputError.self) { try audit(problems, []) }
    #expect(throws: InputError.self) { try audit(problems, [[Made.answer(1, isCorrect: true)]]) }
    let sample = Made.answer(0, .sampled, isCorrect: true)
    #expect(throws: InputError.self) { try audit(problems, [[sample, sample]]) }
    let greedy = Made.answer(0, isCorrect: true)
    #expect(throws: InputError.self) { try audit(problems, [[greedy, greedy]]) }
  }
}
