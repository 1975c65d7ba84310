/// How an adapter is shaped (LoRA, Hu et al. 2106.09685). Dropout is 0.
public struct LowRankSettings: Sendable, Hashable {
  /// A linear layer of a block that an adapter may stand on, under its name in model files.
  public enum Target: String, Sendable, Hashable, CaseIterable {
    case query = "q_proj"
    case key = "k_proj"
    case value = "v_proj"
    case output = "o_proj"
    case gate = "gate_proj"
    case up = "up_proj"
    case down = "down_proj"
  }

  public var rank: Int
  public var alpha: Double
  /// In the order of `Target`, each once.
  public let targets: [Target]
  /// Scale by alpha / √rank (rank-stabilised, Kalajdzievski 2312.03732) instead of alpha / rank.
  public var isRankStabilized: Bool

  public init(
    rank: Int = 8, alpha: Double = 16, targets: [Target] = Target.allCases, isRankStabilized: Bool = false
  ) {
    self.rank = rank
    self.alpha = alpha
    self.targets = Target.allCases.filter(targets.contains)
    self.isRankStabilized = isRankStabilized
  }

  /// The factor of B · A.
  public var scale: Double { alpha / (isRankStabilized ? Double(rank).squareRoot() : Double(rank)) }

  /// The largest rank that is taken: above it an adapter is no smaller than what it adapts.
  public static let largestRank = 4096

  /// - Throws: `ModelError` naming the value that cannot be.
  public func check() throws {
    guard 1...Self.largestRank ~= rank else {
      throw ModelError(.badInput, "the adapter's rank is \(rank); it must lie between 1 and \(Self.largestRank)")
    }
    guard alpha.isFinite, alpha > 0 else {
      throw ModelError(.badInput, "the adapter's alpha is \(alpha); give more than 0")
    }
    guard !targets.isEmpty else { throw ModelError(.badInput, "the adapter has no target module; name one at least") }
  }
}
