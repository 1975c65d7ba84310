/// How a running sum is told.
struct SumPhrases: Sendable, Hashable {
  /// The sum after a gain, and after a loss.
  let afterGain: [Frame]
  let afterLoss: [Frame]
  /// All gains together, all losses together, and gains less losses.
  let gains: [Frame]
  let losses: [Frame]
  let net: [Frame]
}
