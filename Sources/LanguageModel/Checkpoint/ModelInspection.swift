import Foundation

/// What a model folder is, as far as its files tell without reading a weight: also of a model that is not supported.
public struct ModelInspection: Sendable, Hashable {
  /// Why the model cannot be run; nil where it can.
  public var unsupported: String?
  /// As `config.json` names it.
  public var architecture: String?
  public var configuration: ModelConfiguration?
  /// Of all tensors in the files.
  public var parameterCount: Int?
  /// As the files spell them, in the order of the alphabet.
  public var elementTypes: [String]
  public var weightFiles: [String]
  /// Bytes of the files of weights.
  public var weightBytes: Int
  public var tokenizer: String?
  /// Why the tokenizer cannot be used; nil where it can.
  public var tokenizerProblem: String?
  public var memory: Memory?

  /// Bytes that work with the model takes, activations aside.
  public struct Memory: Sendable, Hashable {
    /// The weights as they are stored.
    public var weights: Int
    /// The float32 copy of the weights that sampling makes; 0 where it reads 16-bit weights as they are stored.
    public var packedForSampling: Int
    /// Keys and values of one position of one sequence, float32.
    public var keyValuePerToken: Int
    /// Keys and values of 64 sequences as long as the model takes.
    public var keyValueOf64Contexts: Int
    /// Weights, gradient and the two moments of AdamW, float32.
    public var fullFineTuning: Int
  }

  /// - Throws: `ModelError` where `folder` is no model folder: not there, or without `config.json`.
  public init(of folder: URL) throws {
    let config = folder.appending(path: "config.json")
    guard FileManager.default.fileExists(atPath: config.path) else {
      throw ModelError(
        .badInput, file: folder.path, "is no model folder: it has no config.json; give one in the Hugging Face layout")
    }
    elementTypes = []
    weightFiles = []
    weightBytes = 0
    do {
      architecture = try Self.architecture(try JSONObject(contentsOfConfiguration: config))
      configuration = try ModelConfiguration(contentsOf: folder)
    } catch let error as ModelError {
      unsupported = error.description
    }
    do {
      let weights = try CheckpointWeights(contentsOf: folder)
      elementTypes = weights.elementTypes
      weightFiles = weights.fileNames
      weightBytes = weights.byteCount
      parameterCount = weights.parameterCount
      if let configuration { _ = try weights.stored(ParameterLayout(configuration)) }
    } catch let error as ModelError {
      unsupported = unsupported ?? error.description
    }
    if let configuration { memory = Memory(configuration, weights: weightBytes, elementTypes: elementTypes) }
    (tokenizer, tokenizerProblem) = Self.tokenizer(in: folder)
  }

  private static func architecture(_ config: JSONObject) throws -> String? {
    try config.strings("architectures")?.first ?? config.string("model_type")
  }

  /// What the folder's tokenizer is and, where it cannot be used, why.
  private static func tokenizer(in folder: URL) -> (String?, problem: String?) {
    let file = ["tokenizer.json", "tokenizer.model"].first {
      FileManager.default.fileExists(atPath: folder.appending(path: $0).path)
    }
    guard let file else { return (nil, "the folder has neither tokenizer.json nor tokenizer.model") }
    do {
      return ("\(file), \(try Tokenizer(contentsOf: folder).vocabularySize) tokens", nil)
    } catch {
      return (file, "\(error)")
    }
  }
}

extension ModelInspection.Memory {
  init(_ c: ModelConfiguration, weights: Int, elementTypes: [String]) {
    let count = ParameterLayout(c).count
    self.weights = weights
    let packs = elementTypes.contains("F32") || count <= InferenceSizes().widenedParameters
    packedForSampling = packs ? count * MemoryLayout<Float>.stride : 0
    keyValuePerToken = 2 * c.layerCount * c.keyValueWidth * MemoryLayout<Float>.stride
    let (product, overflow) = keyValuePerToken.multipliedReportingOverflow(by: 64 * c.maxPositionCount)
    keyValueOf64Contexts = overflow ? .max : product
    fullFineTuning = 4 * MemoryLayout<Float>.stride * count
  }
}
