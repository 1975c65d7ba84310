import Foundation
import Planning
import Testing

@Suite struct SelectionForecastTests {
  private func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-9 * max(1, abs(b)) }

  /// With a = b = 1 every number of correct answers is equally likely: 0, 1 and 2 of two.
  @Test func twoAnswersByHand() {
    let uniform = SelectionForecast(sampleCount: 2, coverage: 0.5, concentration: 2, textCount: nil)
    for share in uniform.correctCounts { #expect(close(share, 1.0 / 3)) }
    #expect(close(uniform.supervisedRows(limit: nil), 1))
    #expect(close(uniform.supervisedRows(limit: 1), 2.0 / 3))
    #expect(close(uniform.pairs(limit: nil), 1.0 / 3))
    let alike = SelectionForecast(sampleCount: 2, coverage: 0.5, concentration: 2, textCount: 1)
    #expect(close(alike.supervisedRows(limit: nil), 2.0 / 3))
    // Of two texts, two answers give 2 · (1 − 1/4) = 1.5 different ones.
    let two = SelectionForecast(sampleCount: 2, coverage: 0.5, concentration: 2, textCount: 2)
    #expect(close(two.supervisedRows(limit: nil), (1 + 1.5) / 3))
  }

  @Test(arguments: [(0.05, 0.5), (0.398, 1.0), (0.9, 3.0), (0.5, 0.01)])
  func theMeanIsTheCoverage(coverage: Double, concentration: Double) {
    let forecast = SelectionForecast(
      sampleCount: 50, coverage: coverage, concentration: concentration, textCount: nil)
    #expect(close(forecast.correctCounts.reduce(0, +), 1))
    #expect(abs(forecast.supervisedRows(limit: nil) - 50 * coverage) < 1e-6)
    #expect(forecast.supervisedRows(limit: 4) <= 4)
    #expect(forecast.pairs(limit: 4) <= 4)
    #expect(forecast.pairs(limit: nil) <= 625)
  }

  @Test func manySamplesStayFinite() {
    let forecast = SelectionForecast(sampleCount: 20_000, coverage: 0.001, concentration: 1, textCount: 1e9)
    #expect(abs(forecast.correctCounts.reduce(0, +) - 1) < 1e-6)
    #expect(forecast.supervisedRows(limit: nil).isFinite && forecast.pairs(limit: nil).isFinite)
    let huge = SelectionForecast(sampleCount: .max, coverage: 0.25, concentration: 1, textCount: nil)
    #expect(abs(huge.supervisedRows(limit: nil) / (0.25 * Double(Int.max)) - 1) < 1e-6)
    #expect(huge.supervisedRows(limit: 4) <= 4 && huge.pairs(limit: 2) <= 2)
  }
}
