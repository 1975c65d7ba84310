import Core
import Foundation

extension WorkerConnection {
  static let keys = ["engine", "url", "token_env", "token_file", "python", "folder", "attempts"]

  /// Reads what `sampler` and `trainer` have in common.
  init(_ section: ConfigurationSection, resolve: (String) -> String) throws {
    guard let engine = try section.choice("engine", WorkerEngine.self) else {
      throw section.missing("engine", "give ray or torchrun")
    }
    self.init(
      engine: engine, python: try section.requiredText("python", "give the Python that has the workers' requirements"),
      folder: resolve(try section.requiredText("folder", "give a folder that the workers reach by the same path")))
    attempts = try section.integer("attempts", atLeast: 1) ?? attempts
    switch engine {
    case .ray:
      url = try Self.url(section)
      tokenEnv = try section.text("token_env")
      tokenFile = try section.text("token_file").map(resolve)
      if tokenEnv != nil, tokenFile != nil {
        throw section.invalid("token_file", "stands beside 'token_env'; give one of them")
      }
      if let name = tokenEnv, name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) == nil {
        throw section.invalid("token_env", "must be the name of an environment variable, never the token itself")
      }
    case .torchrun:
      // An interpreter by name is looked for on the cluster only; here it is a file. Its links are not followed: that of a
      // virtual environment is a link, and knows by its own path which libraries are its own.
      let path = (python as NSString).expandingTildeInPath
      python = path.hasPrefix("/") ? path : (resolve("_") as NSString).deletingLastPathComponent + "/" + path
      for key in ["url", "token_env", "token_file"] where section.contains(key) {
        throw section.invalid(key, "belongs to the engine 'ray'; remove it or change 'engine'")
      }
    }
  }

  /// The message does not repeat the address, since a token may be in it.
  private static func url(_ section: ConfigurationSection) throws -> String {
    let text = try section.requiredText("url", "give the address of Ray's dashboard, as http://127.0.0.1:8265")
    do { return try EndpointAddress(text).text } catch is InputError {
      throw section.invalid("url", "must be the address of Ray's dashboard and no more, as http://127.0.0.1:8265")
    }
  }
}

extension WorkerSamplerSettings {
  static let keys =
    WorkerConnection.keys + [
      "backend", "device", "dtype", "block", "threads", "options", "actors", "cpus_per_actor", "gpus_per_actor",
      "shard_samples",
    ]

  /// Reads the section `sampler` of the engines 'ray' and 'torchrun'.
  init(_ section: ConfigurationSection, resolve: (String) -> String) throws {
    self.init(connection: try WorkerConnection(section, resolve: resolve))
    try sampling.read(section)
  }
}

extension WorkerTrainerSettings {
  private enum Engine: String, CaseIterable {
    case native, ray, torchrun
  }

  private static let keys =
    WorkerConnection.keys + [
      "processes", "device", "dtype", "cpus_per_process", "threads", "micro_rows", "recompute", "save_every",
      "restarts",
      "strategy", "options", "lora", "batch_rows",
    ]

  /// Reads the section `trainer`; nil where it is absent or names the embedded engine.
  static func read(_ top: ConfigurationSection, resolve: (String) -> String) throws -> WorkerTrainerSettings? {
    guard
      let (engine, section) = try top.engine(
        "trainer", Engine.self, keys: [.ray: keys, .torchrun: keys]),
      engine != .native
    else { return nil }
    var settings = WorkerTrainerSettings(connection: try WorkerConnection(section, resolve: resolve))
    try settings.training.read(section)
    return settings
  }
}

extension WorkerSampling {
  fileprivate mutating func read(_ section: ConfigurationSection) throws {
    backend = try section.choice("backend", Backend.self) ?? backend
    device = try section.choice("device", WorkerDevice.self) ?? device
    dtype = try section.choice("dtype", WorkerDtype.self) ?? dtype
    if dtype == .mixed { throw section.invalid("dtype", "must be float32, bfloat16 or float16 in sampling") }
    block = try section.integer("block", atLeast: 1) ?? block
    threads = try section.integer("threads", atLeast: 1) ?? threads
    options = try section.options("options") ?? options
    actors = try section.integer("actors", atLeast: 1) ?? actors
    cpusPerActor = try section.number("cpus_per_actor", .closed(0, 4_096)) ?? cpusPerActor
    gpusPerActor = try section.integer("gpus_per_actor", atLeast: 0) ?? gpusPerActor
    shardSamples = try section.integer("shard_samples", atLeast: 1) ?? shardSamples
    if backend == .vllm, device == .cpu { throw section.invalid("backend", "needs 'device: cuda'") }
    if backend == .transformers, !options.isEmpty {
      throw section.invalid("options", "are vLLM's; remove them or set 'backend: vllm'")
    }
  }
}

extension WorkerTraining {
  fileprivate mutating func read(_ section: ConfigurationSection) throws {
    processes = try section.integer("processes", atLeast: 1) ?? processes
    device = try section.choice("device", WorkerDevice.self) ?? device
    dtype = try section.choice("dtype", WorkerDtype.self) ?? dtype
    cpusPerProcess = try section.number("cpus_per_process", .closed(0, 4_096)) ?? cpusPerProcess
    threads = try section.integer("threads", atLeast: 1) ?? threads
    microRows = try section.integer("micro_rows", atLeast: 1) ?? microRows
    recomputesActivations = try section.flag("recompute") ?? recomputesActivations
    saveEvery = try section.integer("save_every", atLeast: 0) ?? saveEvery
    restarts = try section.integer("restarts", atLeast: 0) ?? restarts
    strategy = try section.choice("strategy", Strategy.self) ?? strategy
    options = try section.options("options") ?? options
    batchRows = try section.integer("batch_rows", atLeast: 1)
    if dtype == .float16 { throw section.invalid("dtype", "must be float32, bfloat16 or mixed in training") }
    if strategy != .ddp, device == .cpu { throw section.invalid("strategy", "needs 'device: cuda'") }
    if strategy == .ddp, !options.isEmpty {
      throw section.invalid("options", "are of the strategies fsdp and deepspeed; remove them")
    }
    if let rows = batchRows, !rows.isMultiple(of: processes) {
      throw section.invalid("batch_rows", "must be a multiple of the \(processes) processes")
    }
    guard section.contains("lora") else { return }
    let lora = try section.section("lora", keys: ["rank", "alpha", "targets"])
    var adapter = LowRankAdapter()
    adapter.rank = try lora.integer("rank", atLeast: 1) ?? adapter.rank
    adapter.alpha = try lora.number("alpha", .above(0)) ?? adapter.alpha
    adapter.targets = try lora.texts("targets") ?? adapter.targets
    self.adapter = adapter
  }
}
