/// The machine and the program that did a part of a run. Equal settings and seeds give equal bytes where all of it but
/// `threads` is equal; docs/guarantees.md says what else they need not.
public struct RunEnvironment: Codable, Sendable, Hashable {
  /// Of `reversal`.
  public let version: String
  /// As the system names itself.
  public let system: String
  /// Vendor and model.
  public let processor: String
  /// The widest vector instructions that the kernels use there: `AVX-512`, `AVX2`, `SSE2` or `NEON`.
  public let instructions: String
  /// Changes no result.
  public let threads: Int

  public init(version: String, system: String, processor: String, instructions: String, threads: Int) {
    self.version = version
    self.system = system
    self.processor = processor
    self.instructions = instructions
    self.threads = threads
  }
}

extension RunEnvironment {
  /// Each trait by the name it has in JSON, those first that may change bytes.
  public var traits: [(name: String, value: String)] {
    [
      ("instructions", instructions), ("version", version), ("processor", processor), ("system", system),
      ("threads", "\(threads)"),
    ]
  }
}

/// An environment and the stages that it did, in the order of the run.
public struct EnvironmentRecord: Codable, Sendable, Hashable {
  public let environment: RunEnvironment
  public let stages: [StageKey]

  public init(environment: RunEnvironment, stages: [StageKey]) {
    self.environment = environment
    self.stages = stages
  }
}
