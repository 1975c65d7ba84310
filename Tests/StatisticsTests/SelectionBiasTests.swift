import Randomness
import Statistics
import Testing

@Suite struct SelectionBiasTests {
  @Test func agreesWithNumpy() throws {
    let expected = try ReferenceValues.read().selection
    let bias = try #require(
      SelectionBias(
        outcomes: expected.outcomes, resamples: 20_000, halves: 600, stream: RandomStream(seed: 1)))
    #expect(abs(bias.corrected.estimate - expected.corrected) < 0.003)
    let standardError = (bias.corrected.high - bias.corrected.low) / 2 / 1.959964
    // Both are drawn 600 times: each is known to 3 %.
    #expect(abs(standardError / expected.standardError - 1) < 0.15)
  }

  /// Five models that are all alike, and five of which one is clearly best: picked, and picked again, 1,000 times.
  @Test(arguments: [
    [0.5, 0.5, 0.5, 0.5, 0.5], [0.4, 0.4, 0.4, 0.6, 0.4], [0.45, 0.5, 0.53, 0.54, 0.53],
  ])
  func theCorrectedMeanIsUnbiasedAndItsIntervalCovers(truths: [Double]) throws {
    let trials = 1_000
    var stream = RandomStream(seed: 8, "selection")
    var (apparentError, correctedError, covered) = (0.0, 0.0, 0)
    for trial in 0..<trials {
      let outcomes = truths.map { truth in (0..<150).map { _ in stream.uniform() < truth ? 1.0 : 0 } }
      let bias = try #require(
        SelectionBias(
          outcomes: outcomes, resamples: 300, halves: 100, stream: RandomStream(seed: 9).child(trial)))
      let truth = truths[bias.selected]
      apparentError += (bias.apparent - truth) / Double(trials)
      correctedError += (bias.corrected.estimate - truth) / Double(trials)
      if bias.corrected.low <= truth, truth <= bias.corrected.high { covered += 1 }
    }
    #expect(abs(correctedError) < 0.012)
    if truths[0] == truths[3] { #expect(apparentError > 0.03) }
    // Measured: 0.93 to 0.97.
    #expect(covered >= 920 && covered <= 975)
  }

  @Test func cornersAreDefined() throws {
    let stream = RandomStream(seed: 1)
    #expect(SelectionBias(outcomes: [], stream: stream) == nil)
    #expect(SelectionBias(outcomes: [[], []], stream: stream) == nil)
    let one = try #require(SelectionBias(outcomes: [[1], [1]], stream: stream))
    #expect(one.selected == 0 && one.apparent == 1 && one.corrected.estimate == 1)
    #expect(one.corrected.low < 1 && one.corrected.count == 1)
    let alike = try #require(SelectionBias(outcomes: [[0, 0, 0], [0, 0, 0]], stream: stream))
    #expect(alike.corrected.estimate == 0 && alike.corrected.high > 0.5)
  }

  @Test func sameStreamSameResult() throws {
    let outcomes = [[0.0, 1, 1, 0, 1], [1, 0, 1, 1, 0]]
    let first = SelectionBias(outcomes: outcomes, stream: RandomStream(seed: 1))
    #expect(first?.corrected == SelectionBias(outcomes: outcomes, stream: RandomStream(seed: 1))?.corrected)
    #expect(first?.corrected != SelectionBias(outcomes: outcomes, stream: RandomStream(seed: 2))?.corrected)
  }
}
