import Foundation

extension ModelConfiguration {
  /// The configuration in a model folder's `config.json`, as transformers 4 or 5 writes it; the tokens that end a sequence
  /// are those of `generation_config.json` where it names any. What is absent has the default of transformers'
  /// `LlamaConfig`.
  ///
  /// - Throws: `ModelError` naming an architecture or an option that is not supported, or a value that cannot be.
  public init(contentsOf folder: URL) throws {
    let url = folder.appending(path: "config.json")
    let config = try JSONObject(try Data(contentsOfModelFile: url), file: url.path)
    try Self.checkSupport(config)
    try self.init(config)
    let generation = folder.appending(path: "generation_config.json")
    if FileManager.default.fileExists(atPath: generation.path) {
      let object = try JSONObject(try Data(contentsOfModelFile: generation), file: generation.path)
      let ids = try object.oneOrMoreIntegers("eos_token_id")
      if !ids.isEmpty { eosTokenIDs = ids }
      try checkTokenIDs(object)
    }
  }

  private init(_ config: JSONObject) throws {
    // Bounds far above any model, so that no size computed from them overflows.
    func size(_ name: String, upTo limit: Int, default value: Int? = nil) throws -> Int {
      let size = try config.require(try config.integer(name) ?? value, name)
      guard 1...limit ~= size else { throw config.error("\(name) is \(size); it must lie between 1 and \(limit)") }
      return size
    }
    let headCount = try size("num_attention_heads", upTo: 1 << 12)
    let hiddenSize = try size("hidden_size", upTo: 1 << 20)
    let hasHeadDimension = try config.integer("head_dim") != nil
    guard hasHeadDimension || hiddenSize % headCount == 0 else {
      throw config.error("hidden_size \(hiddenSize) is no multiple of num_attention_heads \(headCount)")
    }
    let rope = try config.object("rope_parameters") ?? config.object("rope_scaling")
    self.init(
      vocabularySize: try size("vocab_size", upTo: 1 << 24), hiddenSize: hiddenSize,
      intermediateSize: try size("intermediate_size", upTo: 1 << 20),
      layerCount: try size("num_hidden_layers", upTo: 1 << 12), headCount: headCount,
      keyValueHeadCount: try size("num_key_value_heads", upTo: 1 << 12, default: headCount),
      headDimension: try size("head_dim", upTo: 1 << 12, default: hiddenSize / headCount),
      ropeTheta: try rope?.number("rope_theta") ?? config.number("rope_theta") ?? 10_000,
      rmsNormEpsilon: try config.number("rms_norm_eps") ?? 1e-6,
      tiesEmbeddings: try config.boolean("tie_word_embeddings") ?? false,
      maxPositionCount: try size("max_position_embeddings", upTo: 1 << 40, default: 2048),
      bosTokenID: config.contains("bos_token_id") ? try config.integer("bos_token_id") : 1,
      eosTokenIDs: config.contains("eos_token_id") ? try config.oneOrMoreIntegers("eos_token_id") : [2],
      padTokenID: try config.integer("pad_token_id"))
    guard headCount % keyValueHeadCount == 0 else {
      throw config.error(
        "num_attention_heads \(headCount) is no multiple of num_key_value_heads \(keyValueHeadCount)")
    }
    guard headDimension % 2 == 0 else {
      throw config.error("the head dimension \(headDimension) is odd; rotary embedding needs an even one")
    }
    guard ropeTheta > 0, rmsNormEpsilon >= 0 else {
      throw config.error("rope_theta must be positive and rms_norm_eps not negative")
    }
    try checkTokenIDs(config)
  }

  private func checkTokenIDs(_ config: JSONObject) throws {
    let outside = eosTokenIDs.first { $0 < 0 || $0 >= vocabularySize }
    if let outside { throw config.error("eos_token_id \(outside) is outside the vocabulary of \(vocabularySize)") }
  }

  private static func checkSupport(_ config: JSONObject) throws {
    func refuse(_ option: String, _ value: some Any, supported: String) -> ModelError {
      config.error("\(option) '\(value)' is not supported; supported: \(supported)")
    }
    if let other = try config.strings("architectures")?.first(where: { $0 != "LlamaForCausalLM" }) {
      throw refuse("architecture", other, supported: "LlamaForCausalLM")
    }
    let type = try config.require(try config.string("model_type"), "model_type")
    if type != "llama" { throw refuse("model_type", type, supported: "llama") }
    if let activation = try config.string("hidden_act"), activation != "silu" {
      throw refuse("hidden_act", activation, supported: "silu")
    }
    for option in ["attention_bias", "mlp_bias"] where try config.boolean(option) ?? false {
      throw refuse(option, true, supported: "false")
    }
    if let dropout = try config.number("attention_dropout"), dropout != 0 {
      throw refuse("attention_dropout", dropout, supported: "0.0")
    }
    if config.contains("quantization_config"), let quantization = try config.object("quantization_config") {
      let method = try quantization.string("quant_method") ?? "of unknown method"
      throw refuse("quantization_config", method, supported: "weights in F32, F16 or BF16")
    }
    for name in ["rope_scaling", "rope_parameters"] {
      guard let rope = try config.object(name) else { continue }
      if let type = try rope.string("rope_type") ?? rope.string("type"), type != "default" {
        throw refuse(name, type, supported: "default")
      }
      if let share = try rope.number("partial_rotary_factor"), share != 1 {
        throw refuse("partial_rotary_factor", share, supported: "1.0")
      }
    }
  }
}
