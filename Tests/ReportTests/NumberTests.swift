import Core
import Report
import Testing

@Suite struct NumberTests {
  @Test(arguments: [
    (0.0, 1, "0.0"), (-0.04, 1, "0.0"), (-0.05, 1, "−0.1"), (12.345, 2, "12.35"), (-3, 0, "−3"), (0.007, 3, "0.007"),
    (.nan, 1, "–"), (.infinity, 1, "–"), (1e300, 1, "1e+300"),
  ])
  func decimals(value: Double, decimals: Int, text: String) {
    #expect(Decimal.text(value, decimals: decimals) == text)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-1_000, "−1,000")])
  func counts(value: Int, text: String) {
    #expect(Decimal.count(value) == text)
  }

  @Test func aShareIsInPercentAndItsChangeInPoints() {
    let gain = Estimate(estimate: 0.095, low: 0.065, high: 0.126, n: 10)
    #expect(Quantity.share.value(0.416) == "41.6\u{A0}%")
    #expect(Quantity.share.changeWithInterval(gain) == "+9.5\u{A0}points (6.5 to 12.6)")
    #expect(Quantity.share.change(-0.0312) == "−3.1\u{A0}points")
    #expect(Quantity.index.change(-0.0821) == "−0.082")
    #expect(Quantity.share.withInterval(nil) == "–")
  }

  @Test(arguments: [(0.0009, "<\u{A0}0.001"), (0.0121, "0.012"), (1, "1.000"), (nil as Double?, "–"), (.nan, "–")])
  func probabilities(p: Double?, text: String) {
    #expect(Phrase.probability(p) == text)
  }

  @Test(arguments: [(1, "M₁"), (12, "M₁₂"), (-1, "M₋₁")])
  func models(iteration: Int, text: String) {
    #expect(Phrase.model(iteration) == text)
  }

  @Test(arguments: [
    ("pass_at_1", "pass@1", Quantity.share),
    ("ood_pass_at_1", "out-of-distribution pass@1", .share),
    ("diversity_correct", "diversity of correct answers", .index),
    ("expectation_adjusted_distinct_n_incorrect", "expectation-adjusted distinct-n of incorrect answers", .index),
    ("ood_group_disparity", "out-of-distribution group disparity", .share),
    ("sampled_pass_at_1", "sampled pass@1", .share),
    ("pass_at_k", "pass@k", .share),
    ("pass_at_16", "pass@16", .share),
    ("a_new_measure", "a new measure", .share),
    ("_correct", " of correct answers", .share),
  ])
  func axisNames(identifier: String, label: String, quantity: Quantity) {
    let name = AxisName(identifier)
    #expect(name.label == label)
    #expect(name.quantity == quantity)
  }

  @Test(arguments: [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
  func lists(items: [String], text: String) {
    #expect(Phrase.list(items) == text)
  }
}
