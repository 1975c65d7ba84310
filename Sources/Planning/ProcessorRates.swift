/// How fast processors work on a model, in FLOP a second over all threads.
public struct ProcessorRates: Codable, Sendable, Hashable {
  public let training: PlanConstant
  /// Of DPO's pairs, its reference aside.
  public let preference: PlanConstant
  /// A forward pass without a backward one: DPO's reference.
  public let scoring: PlanConstant
  /// Many samples a question.
  public let sampling: PlanConstant
  /// One answer a question.
  public let greedy: PlanConstant

  public init(
    training: PlanConstant, preference: PlanConstant, scoring: PlanConstant, sampling: PlanConstant,
    greedy: PlanConstant
  ) {
    self.training = training
    self.preference = preference
    self.scoring = scoring
    self.sampling = sampling
    self.greedy = greedy
  }

  /// Where nothing was measured on the machine itself: docs/benchmarks.md on an AMD EPYC (Zen 5), the model of 4.95 M
  /// parameters, two threads. The low ends are the Intel machine's there, halved, since both differ by 2 from hour to hour.
  public static func uncalibrated(threads: Int) -> ProcessorRates {
    func rate(_ name: String, gigaFLOPPerThread: Double, _ figure: String) -> PlanConstant {
      PlanConstant(
        name,
        Span(gigaFLOPPerThread, low: gigaFLOPPerThread / 6, high: gigaFLOPPerThread * 1.5) * (1e9 * Double(threads)),
        "FLOP/s", .measured,
        "docs/benchmarks.md, \(figure) on another machine, for \(threads) threads; --calibrate measures this one")
    }
    return ProcessorRates(
      training: rate("training rate", gigaFLOPPerThread: 180, "12,006 tokens/s of GSM8K-length rows"),
      preference: rate("preference training rate", gigaFLOPPerThread: 180, "12,653 tokens/s of pairs"),
      scoring: rate("scoring rate", gigaFLOPPerThread: 180, "as training"),
      sampling: rate("sampling rate", gigaFLOPPerThread: 96, "19,432 tokens/s of 8 prompts × 50 samples"),
      greedy: rate("greedy rate", gigaFLOPPerThread: 60, "12,067 tokens/s of 64 distinct prompts"))
  }

  /// PyTorch and transformers on processors, from the same tables.
  public static func transformers(threads: Int) -> ProcessorRates {
    func rate(_ name: String, gigaFLOPPerThread: Double, _ figure: String) -> PlanConstant {
      PlanConstant(
        name,
        Span(gigaFLOPPerThread, low: gigaFLOPPerThread / 4, high: gigaFLOPPerThread * 3) * (1e9 * Double(threads)),
        "FLOP/s", .measured, "docs/benchmarks.md, \(figure) of 4.95 M parameters on 2 threads of another machine")
    }
    return ProcessorRates(
      training: rate("training rate", gigaFLOPPerThread: 29, "TRL's 1,930 tokens/s of GSM8K-length rows"),
      preference: rate("preference training rate", gigaFLOPPerThread: 29, "as TRL's SFT"),
      scoring: rate("scoring rate", gigaFLOPPerThread: 29, "as training"),
      sampling: rate("sampling rate", gigaFLOPPerThread: 14, "transformers' 2,804 tokens/s of 8 prompts × 50 samples"),
      greedy: rate("greedy rate", gigaFLOPPerThread: 1.2, "transformers' 160 tokens/s of one sequence"))
  }
}
