import Audit
import Core
import Foundation
import Testing

/// Every estimate against Tests/reference/audit.py, an independent implementation of the same definitions.
@Suite struct ReferenceTests {
  private typealias JSON = [String: Any]

  @Test func everyEstimateAgrees() async throws {
    let result = try Auditor.audit(await Fixture.input(), seed: 1, resamples: 100)
    let actual = try #require(JSONSerialization.jsonObject(with: Data(result.json().utf8)) as? JSON)
    let expected = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: try Fixture.url("expected.json"))) as? JSON)

    for (key, value) in expected where key != "axes" {
      JSONComparison.check(value, try #require(actual[key], "\(key) is missing"), at: key)
    }
    let axes = try #require((actual["verdict"] as? JSON)?["axes"] as? [JSON])
    let expectedAxes = try #require(expected["axes"] as? [JSON])
    #expect(axes.count == expectedAxes.count)
    for axis in expectedAxes {
      let match = axes.first {
        $0["axis"] as? String == axis["axis"] as? String && $0["iteration"] as? Int == axis["iteration"] as? Int
      }
      JSONComparison.check(axis, try #require(match), at: "axes \(axis["axis"] ?? "") \(axis["iteration"] ?? "")")
    }
  }

  @Test func intervalsHoldTheirEstimates() async throws {
    let result = try Auditor.audit(await Fixture.input(), seed: 1)
    var estimates = result.passAtK.map(\.estimate) + result.passAt1.flatMap { [$0.accuracy, $0.delta] }
    estimates += result.diversity.flatMap { [$0.distinctN, $0.expectationAdjustedDistinctN, $0.distinctEquations] }
    estimates += result.verdict.axes.map(\.effect) + result.groupDisparity.map(\.estimate)
    let defined = estimates.compactMap { $0 }
    #expect(defined.count > 30)
    for estimate in defined {
      #expect(estimate.low <= estimate.estimate && estimate.estimate <= estimate.high)
      #expect(estimate.low < estimate.high)
    }
  }

  @Test func sameSeedSameBytesWhateverTheOrderAndThreads() async throws {
    let input = try await Fixture.input()
    let reversed = AuditInput(
      problems: input.problems,
      iterations: input.iterations.reversed().map { iteration in
        AuditInput.Iteration(
          iteration: iteration.iteration,
          completions: iteration.answers.reversed().map { answer in
            JudgedCompletion(
              completion: Completion(
                problemID: iteration.problemID(of: answer), sampleIndex: answer.sampleIndex, decoding: answer.decoding,
                text: iteration.text(of: answer)),
              verdict: Verdict(answer.outcome, extracted: answer.extracted.map { "\($0)" }))
          })
      })
    let first = try Auditor.audit(input, seed: 7, resamples: 200, threads: 1).json()
    for threads in [2, 5, 100] {
      #expect(try Auditor.audit(reversed, seed: 7, resamples: 200, threads: threads).json() == first)
    }
    #expect(try Auditor.audit(input, seed: 8, resamples: 200).json() != first)
  }
}
