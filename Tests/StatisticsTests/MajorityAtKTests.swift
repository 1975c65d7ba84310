import Statistics
import Testing

/// Expected values: every subset enumerated, by Tests/reference/statistics.py.
@Suite struct MajorityAtKTests {
  struct Case: Sendable {
    let correct: Int
    let incorrect: [Int]
    var abstentions = 0
    /// At k = 1, 2, …
    let expected: [Double]
  }

  @Test(arguments: [
    Case(correct: 2, incorrect: [1, 1], expected: [0.5, 0.5, 2.0 / 3, 1]),
    Case(
      correct: 2, incorrect: [2, 1, 1], expected: [1.0 / 3, 1.0 / 3, 0.366666666666666, 0.433333333333333, 0.5, 0.5]),
    Case(correct: 1, incorrect: [3, 1], expected: [0.2, 0.2, 0.1, 0, 0]),
    Case(correct: 3, incorrect: [1], abstentions: 2, expected: [0.5, 0.7, 0.8, 0.9, 1, 1]),
    Case(
      correct: 2, incorrect: [2, 2, 2], abstentions: 1,
      expected: [0.222222222222222, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25]),
    Case(
      correct: 3, incorrect: [3, 2, 1, 1], abstentions: 2,
      expected: [
        0.25, 0.295454545454545, 0.313636363636364, 0.339898989898991, 0.37070707070707, 0.39767316017316,
        0.417424242424242, 0.433333333333334, 0.452272727272727, 0.477272727272727, 0.5, 0.5,
      ]),
  ])
  func isTheMeanOverAllSubsets(_ sample: Case) throws {
    for (index, expected) in sample.expected.enumerated() {
      let estimate = try #require(
        MajorityAtK.estimate(
          correctCount: sample.correct, incorrectCounts: sample.incorrect, abstentions: sample.abstentions,
          k: index + 1))
      #expect(abs(estimate - expected) < 1e-12, "k = \(index + 1)")
    }
  }

  @Test func theExtremesAreExact() {
    #expect(MajorityAtK.estimate(correctCount: 0, incorrectCounts: [4], k: 2) == 0)
    #expect(MajorityAtK.estimate(correctCount: 4, incorrectCounts: [], k: 2) == 1)
    #expect(MajorityAtK.estimate(correctCount: 0, incorrectCounts: [], abstentions: 4, k: 4) == 0)
    #expect(MajorityAtK.estimate(correctCount: 2, incorrectCounts: [], k: 3) == nil)
  }

  @Test func aThousandSamplesNeitherOverflowNorVanish() throws {
    let estimate = try #require(MajorityAtK.estimate(correctCount: 1_100, incorrectCounts: [700, 248], k: 512))
    #expect(estimate > 0.999 && estimate <= 1)
  }
}
