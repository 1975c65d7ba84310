/// A value of a library's own option, handed on as it is.
public enum WorkerOption: Codable, Sendable, Hashable {
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)

  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    // The first type that fits; JSON does not say which one was meant.
    if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let integer = try? value.decode(Int.self) {
      self = .integer(integer)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try value.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .flag(let flag): try value.encode(flag)
    case .integer(let integer): try value.encode(integer)
    case .number(let number): try value.encode(number)
    case .text(let text): try value.encode(text)
    }
  }
}

/// Who starts the workers, by the name it has in a specification.
public enum WorkerEngine: String, Codable, Sendable, Hashable, CaseIterable {
  case ray, torchrun
}

public enum WorkerDevice: String, Codable, Sendable, Hashable, CaseIterable {
  case cpu, cuda
}

public enum WorkerDtype: String, Codable, Sendable, Hashable, CaseIterable {
  case float32, bfloat16, float16
  /// Of training: computed in bfloat16, weights and moments in float32.
  case mixed
}

/// What computes answers on a cluster: the keys `backend`, `actors` and `shard_samples` of a rollout's specification.
public struct WorkerSampling: Codable, Sendable, Hashable {
  public enum Backend: String, Codable, Sendable, Hashable, CaseIterable {
    case transformers, vllm
  }

  public var backend = Backend.transformers
  public var device = WorkerDevice.cpu
  public var dtype = WorkerDtype.float32
  /// Samples of a prompt that transformers decodes together.
  public var block = 8
  /// Processor threads of an actor.
  public var threads = 1
  /// Of vLLM.
  public var options: [String: WorkerOption] = [:]
  public var actors = 1
  public var cpusPerActor = 1.0
  public var gpusPerActor = 0
  /// Samples a shard, about.
  public var shardSamples = 256

  public init() {}
}

/// What trains on a cluster: the keys `processes`, `strategy` and `lora` of a training's specification.
public struct WorkerTraining: Codable, Sendable, Hashable {
  public enum Strategy: String, Codable, Sendable, Hashable, CaseIterable {
    case ddp, fsdp, deepspeed
  }

  public struct LowRankAdapter: Codable, Sendable, Hashable {
    public var rank = 16
    public var alpha = 32.0
    public var targets: [String] = []

    public init() {}
  }

  public var processes = 1
  public var device = WorkerDevice.cpu
  public var dtype = WorkerDtype.float32
  public var cpusPerProcess = 1.0
  public var threads = 1
  public var microRows = 4
  public var recomputesActivations = false
  /// Steps between two states from which a killed training continues; 0 keeps none.
  public var saveEvery = 0
  public var restarts = 2
  public var strategy = Strategy.ddp
  /// Of the strategy.
  public var options: [String: WorkerOption] = [:]
  /// Merged into the model when it is trained; nil trains all weights.
  public var adapter: LowRankAdapter?
  /// Rows an optimizer step of supervised rows, instead of `batchTokens`.
  public var batchRows: Int?

  public init() {}
}
