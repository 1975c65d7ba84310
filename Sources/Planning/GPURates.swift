/// What share of its data sheet a GPU reaches, and what starting costs. Nobody measured these for this project: each is an
/// assumption with its range, unless the user gives tokens a second.
public struct GPURates: Codable, Sendable, Hashable {
  /// Share of the peak in training.
  public var training: PlanConstant
  /// Share of the peak in reading prompts.
  public var prefill: PlanConstant
  /// Share of the memory's bandwidth in decoding.
  public var decoding: PlanConstant
  /// Generated tokens a second of one GPU, where the user knows; goes before `decoding`.
  public var samplingTokensPerSecond: PlanConstant?
  /// Trained tokens a second of one GPU, where the user knows; goes before `training`.
  public var trainingTokensPerSecond: PlanConstant?

  public init(
    samplingTokensPerSecond: Double? = nil, trainingTokensPerSecond: Double? = nil
  ) {
    training = PlanConstant(
      "training utilisation", Span(0.35, low: 0.2, high: 0.5), "of the peak", .assumed,
      "share of the data sheet's peak; not measured here")
    prefill = PlanConstant(
      "prefill utilisation", Span(0.4, low: 0.2, high: 0.6), "of the peak", .assumed,
      "share of the data sheet's peak; not measured here")
    decoding = PlanConstant(
      "decoding utilisation", Span(0.35, low: 0.15, high: 0.7), "of the bandwidth", .assumed,
      "share of the data sheet's bandwidth; not measured here")
    self.samplingTokensPerSecond = samplingTokensPerSecond.map {
      PlanConstant("sampling rate", Span($0), "tokens/s a GPU", .given, "--sample-rate")
    }
    self.trainingTokensPerSecond = trainingTokensPerSecond.map {
      PlanConstant("training rate", Span($0), "tokens/s a GPU", .given, "--train-rate")
    }
  }

  static let transformersStep = PlanConstant(
    "step of transformers", Span(0.035, low: 0.02, high: 0.08), "s a token of a block", .assumed,
    "decoding by transformers with its draws on the processor; not measured here")
  static let endpointStream = PlanConstant(
    "a request's speed", Span(40, low: 15, high: 100), "tokens/s", .assumed, "servers differ; not measured here")
  static let samplerStart = PlanConstant(
    "starting sampling workers", Span(34, low: 20, high: 60), "s", .measured,
    "docs/planning.md: a Ray Data job on 2 cores without a GPU, 35 s of which 1.3 s were work")
  static let vllmStart = PlanConstant(
    "starting vLLM", Span(60, low: 30, high: 180), "s", .assumed, "memory profiling, compilation and CUDA graphs")
  static let trainerStart = PlanConstant(
    "starting training workers", Span(59, low: 30, high: 120), "s", .measured,
    "docs/planning.md: Ray Train on 2 cores without a GPU, 62 and 64 s of which 5.3 and 2.5 s were work")
  static let storage = PlanConstant(
    "reading and writing models", Span(1e9, low: 0.3e9, high: 3e9), "bytes/s", .assumed, "shared storage; not measured")
  static let padding = PlanConstant(
    "padding", Span(1.3, low: 1.1, high: 1.7), "computed tokens a token", .assumed,
    "rows of a micro-batch are padded to the longest; counted where the lengths are known")
}
