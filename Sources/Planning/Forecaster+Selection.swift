import Foundation
import Iteration
import RunStore

extension Forecaster {
  static let concentration = PlanConstant(
    "concentration of the share of correct answers", Span(1, low: 0.5, high: 3), "", .assumed,
    "1: most questions are nearly always or nearly never solved; larger: all are alike")
  static let entropy = PlanConstant(
    "entropy of a sampled token", Span(0.1, low: 0.03, high: 0.3), "nats", .assumed,
    "decides how many answers to a question are the same text")

  /// How much longer a model's answer is than the human one, as a factor.
  var lengthening: PlanConstant {
    if let given = input.answerTokens {
      return PlanConstant("tokens an answer", Span(given), "tokens", .given, "--answer-tokens")
    }
    return PlanConstant(
      "answers beside human ones", Span(1, low: 0.8, high: 1.4), "times as long", .assumed,
      "M_1 learns to answer at the length of the human answers")
  }

  func selecting(_ iteration: Int) -> StageForecast {
    var stage = StageForecast(StageKey(iteration, .select))
    let (rows, working) = rows(iteration)
    stage.rows = rows
    stage.working = [working]
    return stage
  }

  /// Rows of D_t, and how they were computed.
  func rows(_ iteration: Int) -> (Span, String) {
    let questions = input.train.count
    let selection = input.configuration.selection
    let step = input.configuration.method.step(at: iteration)
    guard step != .humanAnswers else { return (Span(questions), "rows = \(questions) questions") }
    let isPreference = step == .selfDPO
    let limit = isPreference ? selection.maxPairsPerQuestion : selection.maxCorrectPerQuestion
    let perQuestion = Self.range { coverage, concentration, entropy in
      let texts = selection.deduplicate ? exp(min(entropy * answerTokens(input.train).estimate, 40)) : nil
      let forecast = SelectionForecast(
        sampleCount: input.configuration.sampling.n, coverage: coverage, concentration: concentration, textCount: texts)
      return isPreference ? forecast.pairs(limit: limit) : forecast.supervisedRows(limit: limit)
    } over: {
      [input.coverage.value, Self.concentration.value, Self.entropy.value]
    }
    let unit = isPreference ? "pairs" : "correct answers"
    let cap = limit.map { ", at most \($0)" } ?? ""
    return (
      perQuestion * Double(questions),
      "rows = \(questions) questions × \(PlanNumber.decimal(perQuestion)) \(unit)\(cap) "
        + "(beta-binomial of N = \(input.configuration.sampling.n) and coverage \(PlanNumber.decimal(input.coverage.value))"
        + (selection.deduplicate ? ", equal texts once)" : ")")
    )
  }

  /// A function of three spans that need not rise in each: its least and greatest value over the corners.
  private static func range(
    _ function: (Double, Double, Double) -> Double, over spans: () -> [Span]
  ) -> Span {
    let ends = spans().map { [$0.low, $0.estimate, $0.high] }
    var values: [Double] = []
    for a in ends[0] { for b in ends[1] { for c in ends[2] { values.append(function(a, b, c)) } } }
    let estimates = ends.map { $0[1] }
    return Span(
      function(estimates[0], estimates[1], estimates[2]), low: values.min() ?? 0, high: values.max() ?? 0)
  }

  /// Tokens of a model's answer to a question of `set`, the closing one included; at most `max_tokens`.
  func answerTokens(_ set: QuestionSet) -> Span {
    let limit = Double(input.configuration.sampling.maxTokens)
    if let given = input.answerTokens { return Span(min(given, limit)) }
    return Span(
      meanAnswer(set, factor: 1, limit),
      low: meanAnswer(set, factor: lengthening.value.low * set.answers.factor.low, limit),
      high: meanAnswer(set, factor: lengthening.value.high * set.answers.factor.high, limit))
  }

  private func meanAnswer(_ set: QuestionSet, factor: Double, _ limit: Double) -> Double {
    guard let each = set.answers.each, !each.isEmpty else { return min(limit, set.answers.mean * factor + 1) }
    return each.reduce(0.0) { $0 + min(limit, Double($1) * factor + 1) } / Double(each.count)
  }

  /// Tokens of the longest answer that is expected.
  func longestAnswer(_ set: QuestionSet) -> Double {
    min(Double(input.configuration.sampling.maxTokens), max(input.answerTokens ?? 0, Double(set.answers.longest)) + 1)
  }
}
