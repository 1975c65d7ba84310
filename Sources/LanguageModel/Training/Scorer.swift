/// Log-probabilities of completions under a model.
public struct Scorer: Sendable {
  private let engine: GradientEngine

  public init(_ model: Model, adapter: LowRankAdapter? = nil, threads: Int) {  // Without a backward pass nothing is computed again.
    engine = GradientEngine(model, adapter: adapter, threads: threads, recomputes: true)
  }

  /// log p of every completion token given all tokens before it, natural logarithm, per row.
  public func tokenLogProbabilities(_ rows: [TokenRow]) -> [[Float]] { engine.tokenLogProbabilities(rows) }
}
