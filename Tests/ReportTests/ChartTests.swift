import Report
import Testing

@Suite struct ChartTests {
  @Test func aLinearScaleRunsEitherWay() {
    let scale = Scale(.linear, domain: 10...20, from: 200, to: 100)
    #expect(scale.position(10) == 200)
    #expect(scale.position(15) == 150)
    #expect(scale.position(20) == 100)
  }

  @Test func aLogarithmicScaleGivesEqualRatiosEqualSteps() {
    let scale = Scale(.log2, domain: 1...64, from: 0, to: 60)
    #expect([1, 2, 4, 64].map(scale.position) == [0, 10, 20, 60])
  }

  @Test func aDomainOfOneValueLiesInTheMiddle() {
    #expect(Scale(.linear, domain: 3...3, from: 0, to: 10).position(3) == 5)
  }

  @Test(arguments: [(1.0, 0.2), (7, 1), (8, 2), (100, 20), (0.03, 0.005), (0, 1), (.infinity, 1)])
  func steps(span: Double, step: Double) {
    #expect(abs(Axis.niceStep(span: span, count: 5) - step) < 1e-12)
  }

  @Test(arguments: [
    ([41.6, 51.6, 38.6, 54.6], ["35", "40", "45", "50", "55"]),
    ([0.0, 100], ["0", "20", "40", "60", "80", "100"]),
    ([99.0, 99.5], ["90", "92", "94", "96", "98", "100"]),
    ([0.5], ["0", "2", "4", "6", "8", "10"]),
    ([], ["0", "2", "4", "6", "8", "10"]),
    ([.nan, 1e300, 50], ["44", "46", "48", "50", "52", "54", "56"]),
  ])
  func percentTicks(values: [Double], labels: [String]) {
    let axis = Axis.covering(values, title: "", within: 0...100, minimumSpan: 10)
    #expect(axis.ticks.map(\.label) == labels)
  }

  @Test(arguments: [0.001, 0.03, 0.7, 4, 61, 1_234])
  func anAxisCoversItsValuesWithAFewTicks(span: Double) {
    for low in [-3.7, 0, 0.29, 88] {
      let axis = Axis.covering([low, low + span], title: "", minimumSpan: 1e-4)
      #expect(axis.domain.lowerBound <= low + 1e-9 && axis.domain.upperBound >= low + span - 1e-9)
      #expect((3...9).contains(axis.ticks.count))
      #expect(Set(axis.ticks.map(\.label)).count == axis.ticks.count)
    }
  }

  @Test func iterationTicksThinOut() {
    #expect(Axis.iterations([1, 2, 3]).ticks.map(\.label) == ["1", "2", "3"])
    #expect(Axis.iterations(Array(1...41)).ticks.count <= 11)
    #expect(Axis.iterations([7]).ticks.map(\.label) == ["7"])
  }

  @Test func sampleCountTicksAreTheCountsThemselves() {
    #expect(Axis.sampleCounts([8, 1, 2, 4, 2, 0]).ticks.map(\.value) == [1, 2, 4, 8])
  }

  @Test(arguments: [(0.0, "0"), (10, "10"), (100, "100"), (1.5, "1.5"), (-0.004, "0"), (-2.25, "-2.25"), (3.10, "3.1")])
  func coordinates(value: Double, text: String) {
    #expect(Coordinate.text(value) == text)
  }

  @Test func theCrossoverIsTheSmallestKWhereTheLastModelIsLower() {
    #expect(SampleCountFigure.crossover(SyntheticAudit().audit) == 4)
    #expect(SampleCountFigure.crossover(SyntheticAudit(gain: 0.6).audit) == 16)
    #expect(SampleCountFigure.crossover(SyntheticReport.empty.runs[0].audit) == nil)
  }
}
