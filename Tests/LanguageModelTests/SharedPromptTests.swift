import Foundation
import LanguageModel
import Testing

/// Pairs whose prompt is computed once against the same rows computed by themselves.
@Suite struct SharedPromptTests {
  static let windows: [Int?] = [nil, 1, 7, 40]

  private func model(window: Int?) -> Model {
    var configuration = TinyTraining.configuration
    configuration.slidingWindow = window
    configuration.attentionBias = true
    return Model(random: configuration, seed: 4)
  }

  /// Prompts of every kind: long, of one token, and completions that begin alike, contain each other or are equal.
  static let pairs: [TokenPair] = {
    func pair(_ prompt: [Int32], _ chosen: [Int32], _ rejected: [Int32]) -> TokenPair {
      TokenPair(
        chosen: TokenRow(tokens: prompt + chosen, promptCount: prompt.count),
        rejected: TokenRow(tokens: prompt + rejected, promptCount: prompt.count))
    }
    return TinyTraining.pairs(6, seed: 5) + [
      pair([1, 2, 3], [4, 5, 6, 7], [4, 5, 8]), pair([1, 2, 3], [4, 5, 6, 7], [4, 5, 6]), pair([3], [4], [5]),
      pair([3, 4], [5, 6], [5, 6]), pair([3, 4], [5], [5, 6, 7, 8, 9]),
      TokenPair(
        chosen: TokenRow(tokens: [1, 2, 3, 4], promptCount: 2), rejected: TokenRow(tokens: [7, 8, 9], promptCount: 1)),
    ]
  }()

  @Test(arguments: windows) func logProbabilitiesAreThoseOfSeparateRows(window: Int?) {
    let engine = GradientEngine(model(window: window), threads: 1)
    let found = engine.pairLogProbabilities(Self.pairs)
    let rows = engine.tokenLogProbabilities(Self.pairs.flatMap { [$0.chosen, $0.rejected] }).map {
      $0.reduce(0.0) { $0 + Double($1) }
    }
    for (index, pair) in found.enumerated() {
      #expect(abs(pair.chosen - rows[2 * index]) < 1e-4)
      #expect(abs(pair.rejected - rows[2 * index + 1]) < 1e-4)
    }
  }

  /// At β margins of 0 the gradient of the preference loss is β / 2 that of the difference of the rows' losses.
  @Test(arguments: windows) func gradientsAreThoseOfSeparateRows(window: Int?) {
    let model = model(window: window)
    for pair in Self.pairs where pair.chosen != pair.rejected {
      let engine = GradientEngine(model, threads: 1)
      let reference = engine.pairLogProbabilities([pair])
      let beta = 0.5
      _ = engine.preference([pair], reference: reference, beta: beta)
      let found = engine.gradient.array
      let parts = [pair.chosen, pair.rejected].map { row in
        _ = engine.supervised([row])
        // The mean over the tokens made a sum again.
        return engine.gradient.array.map { $0 * Float(row.targetCount) }
      }
      let expected = zip(parts[0], parts[1]).map { Float(beta / 2) * ($0 - $1) }
      // Where completions begin alike large terms cancel: relative to the terms, not to what is left of them.
      let scale = max(relativeScale(parts[0]), relativeScale(parts[1]))
      let error = zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(error < 1e-5 * scale, "prompt of \(pair.chosen.promptCount): \(error) of \(scale)")
    }
  }

  private func relativeScale(_ values: [Float]) -> Float { values.reduce(0) { max($0, abs($1)) } }

  @Test func tokensThatAreSharedAreCountedOnce() {
    let pair = TokenPair(
      chosen: TokenRow(tokens: [1, 2, 3, 4, 5], promptCount: 3),
      rejected: TokenRow(tokens: [1, 2, 3, 6], promptCount: 3))
    #expect(pair.computedTokenCount == 6)
    let packed = PackedSequences(groups: [[pair.chosen.input, pair.rejected.input], [[9, 8]]])
    // The rejected row's last token is read by nobody, and all before it is the chosen row's.
    #expect(packed.tokens == [1, 2, 3, 4, 9, 8])
    #expect(packed.segments.map(\.prefix.count) == [0, 0])
    let branch = PackedSequences(groups: [[[1, 2, 3], [1, 2, 4, 5]]])
    #expect(branch.positions == [0, 1, 2, 2, 3])
    #expect(branch.segments.map(\.rows) == [0..<3, 3..<5] && branch.segments.map(\.prefix) == [0..<0, 0..<2])
  }

  /// A vocabulary so large that a pair's logits are not kept: they are computed twice, with the same result.
  @Test func aPairTooLargeForItsLogitsToBeKept() {
    var configuration = TinyTraining.configuration
    configuration.vocabularySize = 1 << 20
    configuration.hiddenSize = 8
    configuration.layerCount = 1
    let model = Model(random: configuration, seed: 4)
    var tokens: [Int32] = (0..<45).map { $0 * 11 }
    let chosen = TokenRow(tokens: tokens, promptCount: 2)
    tokens[20] = 1
    let pair = TokenPair(chosen: chosen, rejected: TokenRow(tokens: tokens, promptCount: 2))
    let engine = GradientEngine(model, threads: 1)
    let reference = [GradientEngine.PairLogProbabilities(chosen: -600, rejected: -600)]
    let policy = engine.pairLogProbabilities([pair])[0]
    let (loss, metrics) = engine.preference([pair], reference: reference, beta: 0.1)
    #expect(abs(metrics.margin - 0.1 * (policy.chosen - policy.rejected)) < 1e-3)
    #expect(abs(loss - log1p(exp(-metrics.margin))) < 1e-6)
    let found = engine.gradient.array
    _ = engine.supervised([pair.chosen])
    let first = engine.gradient.array
    _ = engine.supervised([pair.rejected])
    let weight = Float(0.1 / (1 + exp(metrics.margin))) * 43
    let expected = zip(first, engine.gradient.array).map { weight * ($0 - $1) }
    #expect(relativeError(found, expected) < 1e-3)
  }
}
