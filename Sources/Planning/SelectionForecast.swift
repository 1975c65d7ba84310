import Foundation

/// How many rows the answers to a question give, on average over the questions, before any is drawn.
///
/// The share of correct answers differs between questions: it is taken as beta-distributed around the coverage c, with
/// parameters c·s and (1 − c)·s, so that the number of correct ones among N is beta-binomial. Where equal texts count once,
/// k answers give S·(1 − (1 − 1/S)^k) different texts: S is the number of equally likely texts of the entropy that an
/// answer has, e^(entropy a token × tokens).
public struct SelectionForecast: Sendable, Hashable {
  /// N.
  public let sampleCount: Int
  /// Answers that the distribution is computed for: above, each stands for several.
  private var computedCount: Int { min(sampleCount, Self.countLimit) }
  private static let countLimit = 10_000
  private var answersEach: Double { Double(sampleCount) / Double(max(1, computedCount)) }
  public let coverage: Double
  /// s; small where questions are either always or never solved.
  public let concentration: Double
  /// S; nil where equal texts count each.
  public let textCount: Double?

  public init(sampleCount: Int, coverage: Double, concentration: Double, textCount: Double?) {
    self.sampleCount = sampleCount
    self.coverage = min(max(coverage, 1e-6), 1 - 1e-6)
    self.concentration = concentration
    self.textCount = textCount
  }

  /// Probabilities of 0, 1, …, N correct answers to a question; of 10,000 shares of them where there are more.
  public var correctCounts: [Double] {
    let (a, b) = (coverage * concentration, (1 - coverage) * concentration)
    let n = Double(computedCount)
    // In logarithms: at the ends the probabilities differ by more than a Double holds for large N.
    var logarithms = [0.0]
    for k in 0..<computedCount {
      let k = Double(k)
      logarithms.append(logarithms[logarithms.count - 1] + log((n - k) / (k + 1) * (k + a) / (n - k - 1 + b)))
    }
    let greatest = logarithms.max() ?? 0
    let weights = logarithms.map { exp($0 - greatest) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  /// Different texts among `count` answers.
  public func texts(among count: Int) -> Double {
    let answers = Double(count) * answersEach
    guard let textCount, textCount > 1 else { return textCount == nil ? answers : min(answers, 1) }
    return min(answers, -expm1(answers * log1p(-1 / textCount)) * textCount)
  }

  /// Rows of self-SFT a question.
  public func supervisedRows(limit: Int?) -> Double {
    zip(0..., correctCounts).reduce(0) { sum, entry in
      sum + entry.1 * min(limit.map(Double.init) ?? .infinity, texts(among: entry.0))
    }
  }

  /// Pairs of self-DPO a question.
  public func pairs(limit: Int?) -> Double {
    zip(0..., correctCounts).reduce(0) { sum, entry in
      let all = texts(among: entry.0) * texts(among: computedCount - entry.0)
      return sum + entry.1 * min(limit.map(Double.init) ?? .infinity, all)
    }
  }
}
