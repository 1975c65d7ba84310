/// Where workers run and where they keep their work. Holds no secret, only where one is found.
public struct WorkerConnection: Codable, Sendable, Hashable {
  public var engine: WorkerEngine
  /// Of Ray's dashboard, as `http://127.0.0.1:8265`; nil for torchrun.
  public var url: String?
  /// The environment variable that holds the cluster's token.
  public var tokenEnv: String?
  /// The file that holds the cluster's token, readable by its owner only.
  public var tokenFile: String?
  /// The interpreter with the workers' requirements: on the cluster's machines, or on this one.
  public var python: String
  /// Storage that the workers reach by the same path.
  public var folder: String
  /// Attempts at a piece of work before it is given up.
  public var attempts = 5

  public init(engine: WorkerEngine, url: String? = nil, python: String, folder: String) {
    self.engine = engine
    self.url = url
    self.python = python
    self.folder = folder
  }
}

/// How answers are drawn by workers.
public struct WorkerSamplerSettings: Codable, Sendable, Hashable {
  public var connection: WorkerConnection
  public var sampling: WorkerSampling

  public init(connection: WorkerConnection, sampling: WorkerSampling = WorkerSampling()) {
    self.connection = connection
    self.sampling = sampling
  }
}

/// How models are trained by workers.
public struct WorkerTrainerSettings: Codable, Sendable, Hashable {
  public var connection: WorkerConnection
  public var training: WorkerTraining

  public init(connection: WorkerConnection, training: WorkerTraining = WorkerTraining()) {
    self.connection = connection
    self.training = training
  }
}
