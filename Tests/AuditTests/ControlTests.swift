import Audit
import Core
import Randomness
import Testing

/// What the measures say of data whose truth is known.
@Suite struct ControlTests {
  /// Questions by their chance of a correct sample under each model.
  private func input(
    _ skills: [[Double]], samples: Int, seed: UInt64, tokens: (Int) -> Int = { _ in 4 }, choices: Int = 0
  ) -> AuditInput {
    let count = skills[0].count
    let problems = (0..<count).map { question in
      Problem(
        id: ProblemID("q\(question)"), task: "made", question: "?", reference: "1",
        material: Problem.Material(choices: Problem.Material.labelled((0..<choices).map { "\($0)" })))
    }
    return AuditInput(
      problems: problems,
      iterations: skills.enumerated().map { index, skills in
        var stream = RandomStream(seed: seed).child(index)
        var answers: [JudgedCompletion] = []
        for question in 0..<count {
          answers.append(Made.answer(question, .greedy, isCorrect: stream.uniform() < skills[question]))
          for sample in 0..<samples {
            let words = (0..<tokens(index)).map { _ in "w\(stream.index(below: 40))" }
            answers.append(
              Made.answer(
                question, .sampled, index: sample, isCorrect: stream.uniform() < skills[question],
                text: words.joined(separator: " ")))
          }
        }
        return AuditInput.Iteration(iteration: index + 1, completions: answers)
      })
  }

  @Test func aSharpenedModelCrossesAndItsLossIsShown() throws {
    // M_2 always solves half of the questions and never the other; M_1 solves each with probability 0.3.
    let skills = [[Double](repeating: 0.3, count: 200), (0..<200).map { $0 < 100 ? 1 : 0 }]
    let measures = try #require(
      try Auditor.audit(input(skills, samples: 16, seed: 3), seed: 1, resamples: 200).measures)
    let crossover = try #require(measures.passAtKCrossover.first)
    // 1 − 0.7^k passes 0.5 at k = 2.
    #expect(crossover.crossing == .at(k: 2) && crossover.low == .at(k: 2) && crossover.crossingShare == 1)
    #expect(crossover.high == .at(k: 2) || crossover.high == .at(k: 3))
    #expect(crossover.shown == .at(k: 2) || crossover.shown == .at(k: 3))
    #expect(crossover.differences.map(\.k) == [1, 2, 4, 8, 16])
    let support = try #require(measures.support.first)
    #expect(support.expanded.count == 0 && support.lost.count >= 98 && support.outOfReach.count <= 2)
    #expect(abs(try #require(support.retentionRate).estimate - 0.5) < 0.01)
  }

  @Test func theSameModelDoesNotCross() throws {
    var shown = 0
    for seed in 0..<40 {
      let skills = (0..<100).map { Double($0 % 5) / 5 }
      let result = try Auditor.audit(
        input([skills, skills], samples: 8, seed: UInt64(seed)), seed: UInt64(seed), resamples: 200)
      let crossover = try #require(result.measures?.passAtKCrossover.first)
      if crossover.shown != .beyond(k: 8) { shown += 1 }
      let support = try #require(result.measures?.support.first)
      let chance = try #require(support.byChance)
      #expect(abs(try #require(support.lost.share).estimate - chance.estimate) < 0.06)
    }
    // 2.5 % of 40 are expected.
    #expect(shown <= 4)
  }

  @Test func onChanceQuestionsTheChanceLineIsMet() throws {
    let skills = [[Double](repeating: 0.2, count: 300)]
    let result = try Auditor.audit(input(skills, samples: 16, seed: 5, choices: 5), seed: 1, resamples: 50)
    let chance = try #require(result.controls?.chance)
    #expect(chance.questions == 300 && chance.passAtK.map(\.k) == [1, 2, 4, 8, 16])
    #expect(abs(chance.passAtK[4].value - 0.9719) < 1e-4)
    for (line, measured) in zip(chance.passAtK, result.passAtK) {
      #expect(abs(try #require(measured.estimate).estimate - line.value) < 0.04)
    }
    for (line, measured) in zip(chance.coverAtTau, try #require(result.measures).coverAtTau) {
      #expect(line.tau == measured.tau)
      #expect(abs(try #require(measured.estimate).estimate - line.value) < 0.08)
    }
    let plain = try Auditor.audit(input(skills, samples: 2, seed: 5), seed: 1, resamples: 50)
    #expect(plain.controls?.chance == nil)
  }

  @Test func longerTextsAloneAreNoLossOfDiversityAtEqualLength() throws {
    let skills = [[Double](repeating: 1, count: 60), [Double](repeating: 1, count: 60)]
    let result = try Auditor.audit(
      input(skills, samples: 6, seed: 9, tokens: { $0 == 0 ? 10 : 30 }), seed: 1, resamples: 200)
    func entry(_ measure: String) throws -> AuditResult.MatchedDiversity {
      try #require(result.controls?.matchedDiversity.first { $0.measure == measure && $0.stratum == .correct })
    }
    let plain = try #require(try entry("distinct_n").difference)
    #expect(plain.high < 0)
    let equal = try #require(try entry("distinct_n_equal_length").difference)
    #expect(equal.low < 0.005 && equal.high > -0.005)
    #expect(abs(equal.estimate) < abs(plain.estimate) / 5)
  }

  @Test func aSecondFirstModelGainsAsMuchAsAModelThatLearnedNothing() throws {
    let skills = (0..<400).map { Double($0 % 10) / 10 }
    var audited = input([skills, skills], samples: 8, seed: 11)
    audited.null = AuditInput.Iteration(
      iteration: 1,
      completions: { () -> [JudgedCompletion] in
        var stream = RandomStream(seed: 12)
        return skills.enumerated().map { Made.answer($0, isCorrect: stream.uniform() < $1) }
      }())
    let controls = try #require(try Auditor.audit(audited, seed: 1, resamples: 300).controls)
    let null = try #require(controls.null)
    #expect(null.size > 20 && null.lostSize > 20 && null.firstIterationPassAtK.map(\.k) == [1, 2, 4, 8])
    let control = try #require(controls.improvement.first)
    let excess = try #require(control.excessOverNull)
    #expect(excess.low < 0 && excess.high > 0 && excess.n == 400)
    let change = try #require(control.changeOverNull)
    #expect(change.low < 0.05 && change.high > -0.05)
    // Nothing was learned: at the same difficulty, improved questions are like the others.
    let matched = try #require(control.matched.first)
    #expect(control.matchedQuestions > 20 && matched.k == 1)
    #expect(try #require(matched.difference).low < 0.05)
    #expect(try #require(matched.difference).high > -0.05)
  }

  @Test func withoutSamplesOrGreedyAnswersNothingIsMadeUp() throws {
    let greedy = [[true, false], [true, true]].enumerated().map {
      AuditInput.Iteration(iteration: $0 + 1, completions: Made.greedy($1))
    }
    let result = try Auditor.audit(AuditInput(problems: Made.problems(2), iterations: greedy), seed: 1, resamples: 20)
    let measures = try #require(result.measures)
    #expect(measures.passAtKCrossover.isEmpty && measures.support.isEmpty && measures.distinctPrograms.isEmpty)
    #expect(measures.coverAtTau.allSatisfy { $0.estimate == nil } && measures.coverAtTau.count == 40)
    #expect(measures.entropy.allSatisfy { $0.answerEntropy == nil && $0.tokenEntropy == nil })
    #expect(measures.exploration.allSatisfy { $0.balance == nil && $0.uniqueCorrect == nil })
    #expect(measures.trainingDifficulty == nil && measures.contamination == nil)
    let control = try #require(result.controls?.improvement.first)
    #expect(control.matchedQuestions == 0 && control.unmatchedQuestions == 1 && control.matched.isEmpty)
    #expect(result.controls?.null == nil && result.controls?.matchedDiversity.isEmpty == true)
  }
}
