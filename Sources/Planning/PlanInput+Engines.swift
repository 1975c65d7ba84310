import Core

extension PlanInput {
  /// Chooses what samples and trains: what the configuration names, or GPUs in its place where the user asks for them.
  ///
  /// - Parameters:
  ///   - gpu: nil plans for processors.
  ///   - gpus: Instead of the configuration's number.
  ///   - file: The configuration, for messages.
  public mutating func chooseEngines(gpu: GPUModel?, gpus: Int?, file: String) throws {
    self.gpu = gpu
    guard gpu != nil else { return }
    let count = gpus ?? 1
    sampler = .workers(PlannedSampler.Workers(copies: count, usesRay: false))
    trainer = .workers(PlannedTrainer.Workers(processes: count, usesRay: false))
    findings.append(
      PlanFinding(
        .note,
        "the file names the embedded engine; the plan is for \(count) GPU\(count == 1 ? "" : "s") in its place, with vLLM to "
          + "sample and TRL to train, in mixed precision with FSDP and recomputed activations"))
  }

  /// Whether the embedded engine does any of the work.
  public var usesNativeEngine: Bool {
    if case .native = sampler { return true }
    return trainer == .native
  }
}
