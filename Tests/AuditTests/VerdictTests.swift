import Audit
import Core
import Randomness
import Testing

@Suite struct VerdictRuleTests {
  private typealias Axis = AuditResult.Verdict.Axis

  private func overall(_ findings: [VerdictAxis: Axis.Finding]) -> AuditResult.Verdict.Overall {
    VerdictRule.overall(
      findings.map { Axis(axis: $0.key.rawValue, iteration: 5, effect: nil, verdict: $0.value, adjustedP: nil) })
  }

  @Test(
    arguments: [
      ([:], .inconclusive),
      ([.passAt1: .inconclusive, .passAtK: .worse], .inconclusive),
      ([.passAt1: .better], .progress),
      ([.passAt1: .better, .passAtK: .better, .outOfDistribution: .inconclusive], .progress),
      ([.passAt1: .worse], .regress),
      ([.passAt1: .worse, .passAtK: .better], .regress),
      ([.passAt1: .better, .passAtK: .worse], .reversal),
      ([.passAt1: .better, .outOfDistribution: .worse], .reversal),
      ([.passAt1: .better, .distinctEquationsCorrect: .worse], .reversal),
      ([.passAt1: .better, .distinctNCorrect: .worse, .expectationAdjustedDistinctNCorrect: .worse], .reversal),
      // The loss may be one of length alone.
      ([.passAt1: .better, .distinctNCorrect: .worse], .inconclusive),
      // Incorrect answers that grow alike are a loss, but no reversal by themselves.
      ([.passAt1: .better, .distinctNIncorrect: .worse], .inconclusive),
      ([.sampledPassAt1: .better, .passAtK: .worse], .reversal),
      ([.sampledPassAt1: .worse], .regress),
    ] as [([VerdictAxis: AuditResult.Verdict.Axis.Finding], AuditResult.Verdict.Overall)])
  func followsTheRule(
    findings: [VerdictAxis: AuditResult.Verdict.Axis.Finding], expected: AuditResult.Verdict.Overall
  ) {
    #expect(overall(findings) == expected)
  }
}

/// Whole audits of made-up models whose truth is known.
@Suite struct VerdictSimulationTests {
  /// How a made-up model answers.
  private struct Behaviour {
    /// Chance of a correct answer to a question, from the question's own ease in 0 … 1.
    var accuracy: @Sendable (Double) -> Double = { $0 }
    /// Chance that an answer is the model's one stock phrase for the question.
    var stock = 0.2
  }

  private static func answers(
    _ behaviour: Behaviour, questions: Int, samples: Int, _ stream: RandomStream
  ) -> [JudgedCompletion] {
    (0..<questions).flatMap { question -> [JudgedCompletion] in
      var stream = stream.child(question)
      // The ease belongs to the question, not to the model.
      var questionStream = RandomStream(seed: 99, "ease").child(question)
      let chance = behaviour.accuracy(questionStream.uniform())
      return (-1..<samples).map { index in
        let isCorrect = stream.uniform() < chance
        let words = stream.uniform() < behaviour.stock ? [0, 1, 2, 3] : (0..<4).map { _ in stream.index(below: 9) }
        let (a, b) = (words[0], words[1])
        return Made.answer(
          question, index < 0 ? .greedy : .sampled, index: max(index, 0), isCorrect: isCorrect,
          text: words.map { "word\($0)" }.joined(separator: " ") + " \(a) + \(b) = \(a + b)")
      }
    }
  }

  private static func audit(
    _ behaviours: [Behaviour], questions: Int, samples: Int, seed: UInt64, ood: [Behaviour] = []
  ) throws -> AuditResult {
    let stream = RandomStream(seed: seed, "simulation")
    func iterations(_ behaviours: [Behaviour], _ stream: RandomStream) -> [AuditInput.Iteration] {
      behaviours.enumerated().map { index, behaviour in
        AuditInput.Iteration(
          iteration: index + 1,
          completions: answers(behaviour, questions: questions, samples: samples, stream.child("M\(index)")))
      }
    }
    let problems = Made.problems(questions)
    return try Auditor.audit(
      AuditInput(
        problems: problems, iterations: iterations(behaviours, stream.child("test")),
        outOfDistribution: ood.isEmpty
          ? nil
          : AuditInput.OutOfDistribution(problems: problems, iterations: iterations(ood, stream.child("ood")))),
      seed: seed, resamples: 50)
  }

  /// The same model three times. A difference on any axis is false, and Holm bounds the chance of any by 5 %.
  @Test func underTheNullNothingIsFound() throws {
    let trials = 240
    var falseVerdicts = 0
    var falseAxes = 0
    for trial in 0..<trials {
      let same = [Behaviour](repeating: Behaviour(), count: 3)
      let result = try Self.audit(same, questions: 40, samples: 4, seed: UInt64(trial), ood: same)
      if result.verdict.overall != .inconclusive { falseVerdicts += 1 }
      if result.verdict.axes.contains(where: { $0.verdict != .inconclusive }) { falseAxes += 1 }
    }
    #expect(falseVerdicts <= trials / 20)
    // 12 expected at most, standard deviation 3.4: four of them more.
    #expect(falseAxes <= 26)
  }

  private let better = Behaviour(accuracy: { 0.25 + 0.75 * $0 })

  @Test func aGainWithCollapsedAnswersIsAReversal() throws {
    var collapsed = better
    collapsed.stock = 0.9
    let result = try Self.audit([Behaviour(), collapsed], questions: 250, samples: 8, seed: 1)
    #expect(result.verdict.overall == .reversal)
    let worse = Set(result.verdict.axes.filter { $0.verdict == .worse }.map(\.axis))
    #expect(worse.isSuperset(of: ["distinct_n_correct", "distinct_equations_correct"]))
    #expect(VerdictSentence(result.verdict).text.hasPrefix("Reversal: from M_1 to M_2, greedy pass@1 changed by +"))
  }

  @Test func aGainThatOnlySharpensIsAReversalOfPassAtK() throws {
    // Right nearly always where it was likely, never where it was unlikely.
    let sharpened = Behaviour(accuracy: { $0 < 0.3 ? 0 : 0.98 })
    let result = try Self.audit([Behaviour(), sharpened], questions: 250, samples: 8, seed: 2)
    #expect(result.verdict.overall == .reversal)
    #expect(result.verdict.axes.first { $0.axis == "pass_at_k" }?.verdict == .worse)
  }

  @Test func aGainLostOutOfDistributionIsAReversal() throws {
    let weaker = Behaviour(accuracy: { 0.6 * $0 })
    let result = try Self.audit(
      [Behaviour(), better], questions: 250, samples: 4, seed: 3, ood: [Behaviour(), weaker])
    #expect(result.verdict.overall == .reversal)
  }

  /// The correct stratum grows from few to many answers a question: counted without matching, distinct-n would fall.
  @Test func aPlainGainIsProgressAlthoughTheStratumGrows() throws {
    let result = try Self.audit([Behaviour(), better], questions: 250, samples: 8, seed: 4)
    let correct = result.diversity.filter { $0.stratum == .correct }.compactMap(\.distinctN)
    #expect(correct.count == 2 && correct[1].estimate < correct[0].estimate - 0.01)
    #expect(result.verdict.overall == .progress)
  }

  @Test func aLossIsRegress() throws {
    let result = try Self.audit([better, Behaviour()], questions: 250, samples: 4, seed: 5)
    #expect(result.verdict.overall == .regress)
  }

  /// Only the last iteration decides, whatever happened on the way.
  @Test func theLastIterationDecides() throws {
    let result = try Self.audit([Behaviour(), better, Behaviour()], questions: 250, samples: 4, seed: 6)
    #expect(result.verdict.axes.contains { $0.iteration == 2 && $0.axis == "pass_at_1" && $0.verdict == .better })
    #expect(result.verdict.overall == .inconclusive)
  }
}
