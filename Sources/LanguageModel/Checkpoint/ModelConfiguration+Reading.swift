import Foundation

extension ModelConfiguration {
  /// The configuration in a model folder's `config.json`, as transformers 4 or 5 writes it; the tokens that end a sequence
  /// are those of `generation_config.json` where it names any. What is absent has the default of transformers'
  /// configuration of the architecture.
  ///
  /// - Throws: `ModelError` naming an architecture or an option that is not supported, or a value that cannot be.
  public init(contentsOf folder: URL) throws {
    let url = folder.appending(path: "config.json")
    let config = try JSONObject(contentsOfConfiguration: url)
    let architecture = try SupportedOptions.check(config)
    try self.init(config, architecture)
    let generation = folder.appending(path: "generation_config.json")
    if FileManager.default.fileExists(atPath: generation.path) {
      let object = try JSONObject(contentsOfConfiguration: generation)
      let ids = try object.oneOrMoreIntegers("eos_token_id")
      if !ids.isEmpty { eosTokenIDs = ids }
      try checkTokenIDs(object)
    }
  }

  private init(_ config: JSONObject, _ architecture: Architecture) throws {
    // Bounds far above any model, so that no size computed from them overflows.
    func size(_ name: String, upTo limit: Int, default value: Int? = nil) throws -> Int {
      let size = try config.require(try config.integer(name) ?? value, name)
      guard 1...limit ~= size else { throw config.error("\(name) is \(size); it must lie between 1 and \(limit)") }
      return size
    }
    let defaults = architecture.defaults
    let headCount = try size("num_attention_heads", upTo: 1 << 12)
    let hiddenSize = try size("hidden_size", upTo: 1 << 20)
    let layerCount = try size("num_hidden_layers", upTo: 1 << 12)
    let maxPositionCount = try size("max_position_embeddings", upTo: 1 << 40, default: defaults.maxPositionCount)
    let hasHeadDimension = try config.integer("head_dim") != nil
    guard hasHeadDimension || hiddenSize % headCount == 0 else {
      throw config.error("hidden_size \(hiddenSize) is no multiple of num_attention_heads \(headCount)")
    }
    // An explicit null means all heads; only an absent field has the default of the architecture.
    let keyValueHeads = config.contains("num_key_value_heads") ? headCount : defaults.keyValueHeadCount ?? headCount
    let rope = try RopeOptions(config, maxPositionCount: maxPositionCount)
    let window = try WindowOptions(config, architecture, layerCount: layerCount)
    self.init(
      architecture: architecture, vocabularySize: try size("vocab_size", upTo: 1 << 24), hiddenSize: hiddenSize,
      intermediateSize: try size("intermediate_size", upTo: 1 << 20), layerCount: layerCount, headCount: headCount,
      keyValueHeadCount: try size("num_key_value_heads", upTo: 1 << 12, default: keyValueHeads),
      headDimension: try size("head_dim", upTo: 1 << 12, default: hiddenSize / headCount), ropeTheta: rope.theta,
      ropeScaling: rope.scaling, slidingWindow: window.size, windowedLayers: window.layers,
      attentionBias: try architecture == .llama && config.boolean("attention_bias") ?? false,
      feedForwardBias: try architecture == .llama && config.boolean("mlp_bias") ?? false,
      rmsNormEpsilon: try config.number("rms_norm_eps") ?? 1e-6,
      tiesEmbeddings: try config.boolean("tie_word_embeddings") ?? false, maxPositionCount: maxPositionCount,
      bosTokenID: config.contains("bos_token_id") ? try config.integer("bos_token_id") : defaults.bosTokenID,
      eosTokenIDs: config.contains("eos_token_id")
        ? try config.oneOrMoreIntegers("eos_token_id") : defaults.eosTokenIDs,
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
    try checkSize(config)
  }

  private func checkTokenIDs(_ config: JSONObject) throws {
    let outside = eosTokenIDs.first { $0 < 0 || $0 >= vocabularySize }
    if let outside { throw config.error("eos_token_id \(outside) is outside the vocabulary of \(vocabularySize)") }
  }

  /// Each size may be possible and their product absurd: refused before anything is computed from it.
  private func checkSize(_ config: JSONObject) throws {
    let width = 2 * queryWidth + 2 * keyValueWidth + 3 * intermediateSize
    // Below 2⁶⁰ by the bounds of each size.
    let count = (layerCount * width + (tiesEmbeddings ? 1 : 2) * vocabularySize) * hiddenSize
    guard count < 10_000_000_000_000 else {
      throw config.error("the sizes make a model of \(count) parameters; check them")
    }
  }
}

extension Architecture {
  /// What transformers assumes where `config.json` is silent.
  fileprivate struct Defaults {
    var maxPositionCount: Int
    /// nil: as many as query heads.
    var keyValueHeadCount: Int?
    var bosTokenID: Int?
    var eosTokenIDs: [Int]
  }

  fileprivate var defaults: Defaults {
    switch self {
    case .llama: Defaults(maxPositionCount: 2048, keyValueHeadCount: nil, bosTokenID: 1, eosTokenIDs: [2])
    case .mistral: Defaults(maxPositionCount: 131_072, keyValueHeadCount: 8, bosTokenID: 1, eosTokenIDs: [2])
    case .qwen2: Defaults(maxPositionCount: 32_768, keyValueHeadCount: 32, bosTokenID: nil, eosTokenIDs: [])
    }
  }
}
