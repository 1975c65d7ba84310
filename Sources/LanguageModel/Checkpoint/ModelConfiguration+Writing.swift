import Foundation

extension ModelConfiguration {
  /// The `config.json` of this model, with the names of transformers 4 and of transformers 5.
  ///
  /// Version 4 reads `rope_theta` and `rope_scaling` and passes `rope_parameters` over; version 5 reads all three, and
  /// they agree.
  func configJSON(elementType: StoredElementType) -> Data {
    let type = elementType.torchName.jsonLiteral
    var fields = [
      ("architectures", "[\(architecture.rawValue.jsonLiteral)]"),
      ("attention_dropout", "0.0"),
      ("bos_token_id", Self.json(bosTokenID)),
      ("dtype", type),
      ("eos_token_id", Self.json(eosTokenIDs)),
      ("head_dim", "\(headDimension)"),
      ("hidden_act", #""silu""#),
      ("hidden_size", "\(hiddenSize)"),
      ("initializer_range", "0.02"),
      ("intermediate_size", "\(intermediateSize)"),
      ("max_position_embeddings", "\(maxPositionCount)"),
      ("model_type", architecture.modelType.jsonLiteral),
      ("num_attention_heads", "\(headCount)"),
      ("num_hidden_layers", "\(layerCount)"),
      ("num_key_value_heads", "\(keyValueHeadCount)"),
      ("pad_token_id", Self.json(padTokenID)),
      ("rms_norm_eps", "\(rmsNormEpsilon)"),
      ("rope_parameters", Self.json(inline: [("rope_theta", "\(ropeTheta)")] + ropeScalingFields)),
      ("rope_scaling", ropeScaling == nil ? "null" : Self.json(inline: ropeScalingFields)),
      ("rope_theta", "\(ropeTheta)"),
      ("tie_word_embeddings", "\(tiesEmbeddings)"),
      ("torch_dtype", type),
      ("use_cache", "true"),
      ("vocab_size", "\(vocabularySize)"),
    ]
    switch architecture {
    case .llama:
      fields += [
        ("attention_bias", "\(attentionBias)"), ("mlp_bias", "\(feedForwardBias)"), ("pretraining_tp", "1"),
      ]
    case .mistral: fields.append(("sliding_window", Self.json(slidingWindow)))
    case .qwen2:
      let windowed = (0..<layerCount).map { slidingWindow(layer: $0) != nil }
      let types = windowed.map { $0 ? #""sliding_attention""# : #""full_attention""# }
      fields += [
        ("layer_types", "[" + types.joined(separator: ", ") + "]"),
        // What versions without layer_types go by: the layers from here on have the window.
        ("max_window_layers", "\(windowed.firstIndex(of: true) ?? layerCount)"),
        ("sliding_window", Self.json(slidingWindow)),
        ("use_sliding_window", "\(slidingWindow != nil)"),
      ]
    }
    return Self.json(fields.sorted { $0.0 < $1.0 })
  }

  private var ropeScalingFields: [(String, String)] {
    switch ropeScaling {
    case nil: [("rope_type", #""default""#)]
    case .linear(let factor): [("factor", "\(factor)"), ("rope_type", #""linear""#)]
    case .llama3(let factor, let low, let high, let originalContext):
      [
        ("factor", "\(factor)"), ("high_freq_factor", "\(high)"), ("low_freq_factor", "\(low)"),
        ("original_max_position_embeddings", "\(originalContext)"), ("rope_type", #""llama3""#),
      ]
    }
  }

  func generationConfigJSON() -> Data {
    var fields: [(String, String)] = []
    if let bosTokenID { fields.append(("bos_token_id", "\(bosTokenID)")) }
    if !eosTokenIDs.isEmpty { fields.append(("eos_token_id", Self.json(eosTokenIDs))) }
    if let padTokenID { fields.append(("pad_token_id", "\(padTokenID)")) }
    return Self.json(fields)
  }

  /// The `tokenizer_config.json` by which transformers' AutoTokenizer finds the special tokens of `tokenizer`.
  func tokenizerConfigJSON(for tokenizer: Tokenizer) -> Data {
    var fields = [("clean_up_tokenization_spaces", "false")]
    let ids = [("bos_token", bosTokenID), ("eos_token", eosTokenIDs.first), ("pad_token", padTokenID)]
    for (name, id) in ids {
      if let id { fields.append((name, String(decoding: tokenizer.bytes(of: id), as: UTF8.self).jsonLiteral)) }
    }
    fields += [
      // Without it transformers 4 adds token_type_ids, which no Llama takes.
      ("model_input_names", #"["input_ids", "attention_mask"]"#),
      ("model_max_length", "\(maxPositionCount)"),
      ("tokenizer_class", #""PreTrainedTokenizerFast""#),
    ]
    return Self.json(fields)
  }

  private static func json(_ fields: [(String, String)]) -> Data {
    let lines = fields.map { name, value in "  \(name.jsonLiteral): \(value)" }
    return Data(("{\n" + lines.joined(separator: ",\n") + "\n}\n").utf8)
  }

  private static func json(inline fields: [(String, String)]) -> String {
    "{" + fields.map { name, value in "\(name.jsonLiteral): \(value)" }.joined(separator: ", ") + "}"
  }

  private static func json(_ id: Int?) -> String { id.map(String.init) ?? "null" }

  /// One id stands alone, as in most models; a list needs two.
  private static func json(_ ids: [Int]) -> String {
    ids.count < 2 ? json(ids.first) : "[" + ids.map(String.init).joined(separator: ", ") + "]"
  }
}
