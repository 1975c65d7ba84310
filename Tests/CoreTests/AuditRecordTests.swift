import Core
import Foundation
import Testing

/// The long form of an audit holds all of `audit.json`, whatever it may come to hold.
@Suite struct AuditRecordTests {
  private static func estimate(_ value: Double) -> Estimate {
    Estimate(estimate: value, low: value - 0.1, high: value + 0.1, n: 40)
  }

  private static let audit = AuditResult(
    iterations: [1, 2],
    passAt1: [
      .init(iteration: 1, accuracy: estimate(0.41), delta: nil),
      .init(iteration: 2, accuracy: estimate(0.52), delta: estimate(0.11)),
    ],
    bestIteration: .init(iteration: 2, passAt1: estimate(0.53), corrected: estimate(0.51)),
    passAtK: [.init(iteration: 1, k: 4, estimate: estimate(0.61))],
    majorityAtK: [.init(iteration: 1, k: 4, estimate: estimate(0.62))],
    coverage: .init(meanCorrect: estimate(0.4), solvable: estimate(0.9), recommendedMethod: "sft"),
    improvementSet: [
      .init(
        iteration: 2, size: 7, lostSize: 3, problemIDs: ["q1", "q2"],
        firstIterationPassAtK: [.init(k: 8, estimate: estimate(0.95))],
        controlPassAtK: [.init(k: 8, estimate: estimate(0.45))])
    ],
    diversity: [
      .init(
        iteration: 1, stratum: .correct, distinctN: estimate(0.42), expectationAdjustedDistinctN: estimate(0.5),
        semantic: nil, distinctEquations: estimate(0.55))
    ],
    groups: [.init(iteration: 1, group: "Level 1", accuracy: estimate(0.8))],
    groupDisparity: [.init(iteration: 1, estimate: nil)], outOfDistribution: nil,
    verdictCounts: [.init(iteration: 1, decoding: .greedy, outcomes: [.correct, .unparsed])],
    verdict: .init(
      overall: .reversal,
      axes: [.init(axis: "pass_at_1", iteration: 2, effect: estimate(0.12), verdict: .better, adjustedP: 0.002)]),
    measures: .init(
      passAtKCrossover: [
        .init(
          iteration: 2, questions: 40, largestK: 8, crossing: .at(k: 4), low: .at(k: 2), high: .beyond(k: 8),
          crossingShare: 0.7, shown: .beyond(k: 8), differences: [.init(k: 1, estimate: estimate(0.02))])
      ],
      support: [], coverAtTau: [.init(iteration: 1, tau: 0.5, estimate: estimate(0.33))], entropy: [], textProfile: [],
      exploration: [], distinctPrograms: [], trainingDifficulty: nil, contamination: nil))

  /// Every estimate and every other number of the file, found by another way: by looking at its text.
  @Test func nothingIsMissing() throws {
    let records = try Self.audit.records()
    let object = try JSONSerialization.jsonObject(with: Data(Self.audit.json().utf8))
    var estimates: [Double] = []
    func collect(_ value: Any) {
      if let list = value as? [Any] { list.forEach(collect) }
      guard let object = value as? [String: Any] else { return }
      if let estimate = object["estimate"] as? Double, object["low"] != nil { return estimates.append(estimate) }
      object.values.forEach(collect)
    }
    collect(object)
    let found = records.compactMap { if case .estimate(let value) = $0.value { value.estimate } else { nil } }
    #expect(estimates.count == 18 && found.sorted() == estimates.sorted())
    for (measure, value) in [
      ("improvement_set.lost_size", 3.0), ("measures.pass_at_k_crossover.crossing_share", 0.7),
      ("measures.pass_at_k_crossover.crossing", 4), ("verdict.axes.adjusted_p", 0.002), ("verdict_counts.unparsed", 1),
    ] {
      #expect(records.first { $0.measure == measure }?.value == .number(value), "\(measure)")
    }
    for (measure, text) in [
      ("verdict.overall", "reversal"), ("improvement_set.problem_ids", "q1"), ("coverage.recommended_method", "sft"),
      ("measures.pass_at_k_crossover.shown", "none up to 8"), ("verdict.axes.verdict", "better"),
    ] {
      #expect(records.first { $0.measure == measure }?.value == .text(text), "\(measure)")
    }
    #expect(records.first { $0.measure == "group_disparity" }?.value == .undefined)
  }

  @Test func aRowSaysWhatItIsOf() throws {
    let records = try Self.audit.records()
    let passAtK = try #require(records.first { $0.measure == "pass_at_k" })
    #expect(passAtK.iteration == 1 && passAtK.k == 4 && passAtK.value == .estimate(Self.estimate(0.61)))
    let diversity = try #require(records.first { $0.measure == "diversity.distinct_n" })
    #expect(diversity.stratum == "correct" && diversity.part == nil)
    #expect(records.first { $0.measure == "groups.accuracy" }?.part == "Level 1")
    #expect(records.first { $0.measure == "verdict.axes.effect" }?.part == "pass_at_1")
    #expect(records.first { $0.measure == "verdict_counts.correct" }?.decoding == "greedy")
    #expect(records.first { $0.measure == "measures.cover_at_tau" }?.tau == 0.5)
    let curve = try #require(records.first { $0.measure == "improvement_set.first_iteration_pass_at_k" })
    #expect(curve.iteration == 2 && curve.k == 8)
  }

  @Test func aFileIsReadAsItWasWritten() throws {
    #expect(try AuditResult.read(Data(Self.audit.json().utf8), file: "a.json") == Self.audit)
  }

  @Test(arguments: [
    ("", "is no JSON"), ("[]", "is of another type"), ("{}", "'iterations' is missing"),
    (#"{"iterations":[0]}"#, "'iterations' is 0.0"), (#"{"pass_at_k":[{"k":1e18}]}"#, "'k' is 1e+18"),
    (#"{"x":1e300}"#, "'x' is 1e+300"), (#"{"iterations":["#, "is no JSON"),
    (#"{"iterations":[1],"pass_at_1":[{"iteration":1,"accuracy":"high","delta":null}]}"#, "pass_at_1.[0].accuracy"),
  ])
  func whatIsNoAuditIsRefusedInALine(text: String, message: String) {
    let error = #expect(throws: InputError.self) { try AuditResult.read(Data(text.utf8), file: "a.json") }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.description.hasPrefix("a.json: ") == true && error?.description.contains("\n") == false)
  }
}
