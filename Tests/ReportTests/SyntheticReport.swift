import Core
import Report

/// Report inputs with made-up numbers and texts, one for each way a report is used.
enum SyntheticReport {
  /// Three methods and a control over five iterations, with everything a run records.
  static var full: ReportInput {
    ReportInput(
      title: "Synthetic numbers: three methods, five iterations",
      runs: [
        .init(method: "Iterative SFT", audit: SyntheticAudit().audit),
        .init(
          method: "Iterative DPO",
          audit: SyntheticAudit(
            gain: 0.065, diversityChange: -0.05, outOfDistributionChange: 0.025, overall: .reversal
          ).audit),
        .init(
          method: "Iterative SFT-DPO",
          audit: SyntheticAudit(gain: 0.085, diversityChange: -0.09, outOfDistributionChange: -0.01).audit),
        .init(
          method: "Second M₁ (control)", isControl: true,
          audit: SyntheticAudit(
            iterationCount: 2, gain: -0.004, diversityChange: 0.003, outOfDistributionChange: 0.002,
            overall: .inconclusive, qualifiers: []
          ).audit),
      ],
      caseStudies: [.init(method: "Iterative SFT", study: caseStudy)],
      settings: [
        .init(name: "Model", value: "embedded, 3.1 M parameters"), .init(name: "Seed", value: "7"),
        .init(name: "N", value: "50"), .init(name: "Temperature", value: "0.75"),
      ],
      notes: ["All numbers of this page are made up."])
  }

  /// Three seeds of one method and one run of another.
  static var seeds: ReportInput {
    ReportInput(
      title: "Synthetic numbers: three seeds",
      runs: [0.08, 0.10, 0.13].enumerated().map { index, gain in
        .init(
          method: "Iterative SFT, seed \(index + 1)",
          audit: SyntheticAudit(gain: gain, diversityChange: -0.12 + 0.02 * Double(index)).audit, group: "Iterative SFT"
        )
      } + [.init(method: "Iterative DPO", audit: SyntheticAudit(gain: 0.065, diversityChange: -0.05).audit)])
  }

  /// Two runs and their comparison.
  static var compared: ReportInput {
    let both = SyntheticAudit(iterationCount: 2).audit
    return ReportInput(
      title: "Synthetic numbers: sft & dpo, 100 % made up",
      runs: [
        .init(method: "sft_1", audit: SyntheticAudit(iterationCount: 3).audit),
        .init(method: "dpo #2", audit: SyntheticAudit(iterationCount: 3, gain: 0.05, diversityChange: -0.02).audit),
      ],
      settings: [.init(name: "Model", value: "a_b | c")], notes: ["All numbers of this page are made up."],
      comparison: RunComparison(
        questions: 1_000,
        tables: [
          .init(
            at: .last,
            runs: [
              .init(name: "sft", iteration: 3, questionsLeftOut: 0),
              .init(name: "dpo", iteration: 3, questionsLeftOut: 2),
            ],
            differences: [
              .init(
                run: "dpo", measure: "pass_at_1", difference: SyntheticAudit().change(-0.05, halfWidth: 0.02),
                adjustedP: 0.002,
                finding: .lower)
            ], audit: both)
        ], conditions: [.init(kind: .setting, name: "method", values: ["sft", "dpo"])]))
  }

  /// What somebody's answer files give at the least: two iterations, greedy answers only.
  static var greedyOnly: ReportInput {
    let full = SyntheticAudit(iterationCount: 2).audit
    let audit = AuditResult(
      iterations: [1, 2], passAt1: full.passAt1, passAtK: [], majorityAtK: [],
      coverage: .init(meanCorrect: nil, solvable: nil, recommendedMethod: nil),
      improvementSet: full.improvementSet.map {
        .init(
          iteration: $0.iteration, size: $0.size, lostSize: $0.lostSize, problemIDs: $0.problemIDs,
          firstIterationPassAtK: [], controlPassAtK: [])
      },
      diversity: [], groups: [], groupDisparity: [], outOfDistribution: nil,
      verdictCounts: nil, verdict: .init(overall: .progress, axes: full.verdict.axes.filter { $0.axis == "pass_at_1" }))
    return ReportInput(title: "Synthetic: answers of two models", runs: [.init(method: "answers.jsonl", audit: audit)])
  }

  /// Nothing is defined: one iteration without answers.
  static var empty: ReportInput {
    let audit = AuditResult(
      iterations: [1], passAt1: [.init(iteration: 1, accuracy: nil, delta: nil)], passAtK: [], majorityAtK: [],
      coverage: .init(meanCorrect: nil, solvable: nil, recommendedMethod: nil), improvementSet: [], diversity: [],
      groups: [], groupDisparity: [], outOfDistribution: nil, verdictCounts: nil,
      verdict: .init(overall: .inconclusive, axes: []))
    return ReportInput(title: "Synthetic: nothing", runs: [.init(method: "nothing", audit: audit)])
  }

  static var noRuns: ReportInput { ReportInput(title: "Synthetic: no run", runs: []) }

  /// The text stands wherever a report takes text from outside.
  static func filled(with text: String) -> ReportInput {
    let full = SyntheticAudit(iterationCount: 2).audit
    let audit = AuditResult(
      iterations: [1, 2], passAt1: full.passAt1, passAtK: full.passAtK, majorityAtK: full.majorityAtK,
      coverage: .init(
        meanCorrect: full.coverage.meanCorrect, solvable: nil, recommendedMethod: text),
      improvementSet: full.improvementSet.map {
        .init(
          iteration: $0.iteration, size: 1, lostSize: 0, problemIDs: [ProblemID(text)],
          firstIterationPassAtK: $0.firstIterationPassAtK, controlPassAtK: $0.controlPassAtK)
      },
      diversity: full.diversity,
      groups: full.passAt1.map { .init(iteration: $0.iteration, group: text, accuracy: $0.accuracy) },
      groupDisparity: [], outOfDistribution: full.outOfDistribution, verdictCounts: full.verdictCounts,
      verdict: .init(
        overall: .progress,
        axes: full.verdict.axes.map {
          .init(axis: text, iteration: $0.iteration, effect: $0.effect, verdict: $0.verdict, adjustedP: nil)
        }))
    let study = CaseStudy(
      problem: Problem(id: ProblemID(text), task: text, question: text, reference: text, group: text),
      iterations: [.init(iteration: 1, greedy: judged(text), samples: [judged(text, .unparsed)])])
    return ReportInput(
      title: text, runs: [.init(method: text, audit: audit), .init(method: text, isControl: true, audit: audit)],
      caseStudies: [.init(method: text, study: study)], settings: [.init(name: text, value: text)], notes: [text])
  }

  static func judged(
    _ text: String, _ outcome: Verdict.Outcome = .correct, decoding: Decoding = .sampled, index: Int = 0
  ) -> JudgedCompletion {
    JudgedCompletion(
      completion: Completion(problemID: "synthetic-1", sampleIndex: index, decoding: decoding, text: text),
      verdict: Verdict(outcome))
  }

  private static var caseStudy: CaseStudy {
    let ways = [
      "Each box holds 12 apples, so 4 boxes hold 4*12 = <<4*12=48>>48 apples.\nHalf are red: <<48/2=24>>24.\n#### 24",
      "Half of 12 is <<12/2=6>>6 red apples in a box.\nWith 4 boxes that makes <<6*4=24>>24 red apples.\n#### 24",
      "There are <<12*4=48>>48 apples altogether, and one in two is red, which leaves 48/2 = 24.\n#### 24",
      "4 + 12 is <<4+12=16>>16, and half of it <<16/2=8>>8.\n#### 8",
    ]
    return CaseStudy(
      problem: Problem(
        id: "synthetic-1", task: "arithmetic",
        question: "A shop has 4 boxes of 12 apples. Half of all apples are red. How many apples are red?",
        reference: "The boxes hold 4*12 = <<4*12=48>>48 apples.\nRed are 48/2 = <<48/2=24>>24.\n#### 24",
        group: "Level 2"),
      iterations: (1...5).map { t in
        // Iteration by iteration the samples settle on the first way.
        let samples = (0..<8).map { index in
          let way = index < 2 * (t - 1) ? 0 : (index + t) % ways.count
          return judged(ways[way], way == 3 ? .incorrect : .correct, index: index)
        }
        return CaseStudy.Iteration(
          iteration: t,
          greedy: judged(t == 1 ? ways[3] : ways[0], t == 1 ? .incorrect : .correct, decoding: .greedy),
          samples: samples)
      })
  }
}
