/// How many tokens the texts of a set have.
public struct TokenLengths: Sendable, Hashable {
  /// Of each text, in the order of the set; nil where only the mean is known.
  public let each: [Int]?
  public let mean: Double
  public let longest: Int
  /// What the mean may be off by, as a factor; exactly 1 where tokens were counted.
  public let factor: Span
  /// How they were found.
  public let basis: PlanConstant.Basis
  public let source: String

  public init(counted each: [Int], source: String) {
    self.each = each
    mean = each.isEmpty ? 0 : Double(each.reduce(0, +)) / Double(each.count)
    longest = each.max() ?? 0
    factor = Span(1)
    basis = .counted
    self.source = source
  }

  public init(
    mean: Double, longest: Int, factor: Span, each: [Int]? = nil, _ basis: PlanConstant.Basis, source: String
  ) {
    self.each = each
    self.mean = mean
    self.longest = longest
    self.factor = factor
    self.basis = basis
    self.source = source
  }

  public var meanTokens: Span { factor * mean }

  /// Tokens of the texts at `indices`, or of `count` average ones.
  func total(of indices: [Int]?, count: Int) -> Span {
    guard let each else { return meanTokens * Double(count) }
    return factor * Double((indices ?? Array(each.indices)).reduce(0) { $0 + each[$1] })
  }

  /// One length a text, to compute memory from.
  func representatives(_ count: Int) -> [Int] {
    if let each, !each.isEmpty { return (0..<count).map { each[$0 % each.count] } }
    return (0..<count).map { $0 == 0 ? longest : Int(mean.rounded(.up)) }
  }

  /// The longest of `count` texts drawn at random, on average; nil where only the mean is known.
  func meanLongest(of count: Int) -> Double? {
    guard let each, !each.isEmpty else { return nil }
    let n = Double(each.count)
    var sum = 0.0
    var below = 0.0
    for (rank, length) in each.sorted().enumerated() {
      // P(the longest has at most this rank).
      var share = 1.0
      for _ in 0..<count { share *= Double(rank + 1) / n }
      sum += Double(length) * (share - below)
      below = share
    }
    return sum
  }
}
