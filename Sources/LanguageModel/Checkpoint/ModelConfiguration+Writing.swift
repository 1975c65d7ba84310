import Foundation

extension ModelConfiguration {
  /// The `config.json` of this model, with the names of transformers 4 and of transformers 5.
  func configJSON(elementType: StoredElementType) -> Data {
    let type = elementType == .float32 ? #""float32""# : #""bfloat16""#
    return Self.json([
      ("architectures", #"["LlamaForCausalLM"]"#),
      ("attention_bias", "false"),
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
      ("mlp_bias", "false"),
      ("model_type", #""llama""#),
      ("num_attention_heads", "\(headCount)"),
      ("num_hidden_layers", "\(layerCount)"),
      ("num_key_value_heads", "\(keyValueHeadCount)"),
      ("pad_token_id", Self.json(padTokenID)),
      ("pretraining_tp", "1"),
      ("rms_norm_eps", "\(rmsNormEpsilon)"),
      ("rope_parameters", #"{"rope_theta": \#(ropeTheta), "rope_type": "default"}"#),
      ("rope_scaling", "null"),
      ("rope_theta", "\(ropeTheta)"),
      ("tie_word_embeddings", "\(tiesEmbeddings)"),
      ("torch_dtype", type),
      ("use_cache", "true"),
      ("vocab_size", "\(vocabularySize)"),
    ])
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

  private static func json(_ id: Int?) -> String { id.map(String.init) ?? "null" }

  /// One id stands alone, as in most models; a list needs two.
  private static func json(_ ids: [Int]) -> String {
    ids.count < 2 ? json(ids.first) : "[" + ids.map(String.init).joined(separator: ", ") + "]"
  }
}
