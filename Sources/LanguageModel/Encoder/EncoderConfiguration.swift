import Foundation

/// The shape of a BERT encoder (Devlin et al., arXiv 1810.04805).
public struct EncoderConfiguration: Sendable, Hashable {
  public let vocabularySize: Int
  public let hiddenSize: Int
  public let intermediateSize: Int
  public let layerCount: Int
  public let headCount: Int
  /// Positions that there are embeddings for.
  public let positionCount: Int
  /// Rows of the token-type embedding, of which single sentences have the first.
  public let typeCount: Int
  public let normEpsilon: Double
  package let activation: EncoderActivation

  public var headDimension: Int { hiddenSize / headCount }

  /// - Parameter folder: Where `config.json` is; what it leaves out has the default of transformers' `BertConfig`.
  /// - Throws: `ModelError` naming an architecture or an option that is not supported, or a value that cannot be.
  public init(contentsOf folder: URL) throws {
    try self.init(try JSONObject(contentsOfConfiguration: folder.appending(path: "config.json")))
  }

  private init(_ config: JSONObject) throws {
    activation = try Self.checkOptions(config)
    // Bounds far above any model, so that no size computed from them overflows.
    func size(_ name: String, upTo limit: Int, default value: Int) throws -> Int {
      let size = try config.integer(name) ?? value
      guard 1...limit ~= size else { throw config.error("\(name) is \(size); it must lie between 1 and \(limit)") }
      return size
    }
    vocabularySize = try size("vocab_size", upTo: 1 << 24, default: 30_522)
    hiddenSize = try size("hidden_size", upTo: 1 << 16, default: 768)
    intermediateSize = try size("intermediate_size", upTo: 1 << 18, default: 3_072)
    layerCount = try size("num_hidden_layers", upTo: 1 << 10, default: 12)
    headCount = try size("num_attention_heads", upTo: 1 << 12, default: 12)
    positionCount = try size("max_position_embeddings", upTo: 1 << 20, default: 512)
    typeCount = try size("type_vocab_size", upTo: 1 << 10, default: 2)
    normEpsilon = try config.number("layer_norm_eps") ?? 1e-12
    guard hiddenSize % headCount == 0 else {
      throw config.error("hidden_size \(hiddenSize) is no multiple of num_attention_heads \(headCount)")
    }
    guard normEpsilon >= 0, normEpsilon < 1 else {
      throw config.error("layer_norm_eps is \(normEpsilon); it must be at least 0 and below 1")
    }
  }

  private static func checkOptions(_ config: JSONObject) throws -> EncoderActivation {
    let type = try config.require(try config.string("model_type"), "model_type")
    guard type == "bert" else {
      throw SupportedOptions.refusal(config, "model_type", type, supported: "bert, as a sentence encoder")
    }
    if let embedding = try config.string("position_embedding_type"), embedding != "absolute" {
      throw SupportedOptions.refusal(config, "position_embedding_type", embedding, supported: "absolute")
    }
    for option in ["is_decoder", "add_cross_attention"] where try config.boolean(option) == true {
      throw SupportedOptions.refusal(config, option, true, supported: "false, as a sentence encoder")
    }
    if let quantization = try config.object("quantization_config") {
      let method = try quantization.string("quant_method") ?? "of unknown method"
      throw SupportedOptions.refusal(
        config, "quantization_config", method, supported: "weights in F32, F16 or BF16")
    }
    let name = try config.string("hidden_act") ?? "gelu"
    guard let activation = EncoderActivation(configName: name) else {
      throw SupportedOptions.refusal(
        config, "hidden_act", name, supported: EncoderActivation.configNames.joined(separator: ", "))
    }
    return activation
  }
}
