/// What of a `config.json` the engine computes; everything else is refused by its name.
enum SupportedOptions {
  /// The architecture, once every option that would change the computation is known to be one the engine has.
  ///
  /// - Throws: `ModelError` naming the option and what is supported.
  static func check(_ config: JSONObject) throws -> Architecture {
    let architecture = try architecture(config)
    if let activation = try config.string("hidden_act"), activation != "silu" {
      throw refusal(config, "hidden_act", activation, supported: "silu")
    }
    if let dropout = try config.number("attention_dropout"), dropout != 0 {
      throw refusal(config, "attention_dropout", dropout, supported: "0.0")
    }
    if let share = try config.number("partial_rotary_factor"), share != 1 {
      throw refusal(config, "partial_rotary_factor", share, supported: "1.0")
    }
    if let quantization = try config.object("quantization_config") {
      let method = try quantization.string("quant_method") ?? "of unknown method"
      throw refusal(config, "quantization_config", method, supported: "weights in F32, F16 or BF16")
    }
    return architecture
  }

  static func refusal(_ config: JSONObject, _ option: String, _ value: some Any, supported: String) -> ModelError {
    config.error("\(option) '\(value)' is not supported; supported: \(supported)")
  }

  private static func architecture(_ config: JSONObject) throws -> Architecture {
    let all = Architecture.allCases
    let type = try config.require(try config.string("model_type"), "model_type")
    if let names = try config.strings("architectures"),
      let other = names.first(where: { Architecture(rawValue: $0) == nil })
    {
      throw refusal(config, "architecture", other, supported: all.map(\.rawValue).joined(separator: ", "))
    }
    guard let architecture = all.first(where: { $0.modelType == type }) else {
      throw refusal(config, "model_type", type, supported: all.map(\.modelType).joined(separator: ", "))
    }
    if let names = try config.strings("architectures"), let other = names.first(where: { $0 != architecture.rawValue })
    {
      throw config.error("architecture '\(other)' contradicts model_type '\(type)'; correct one of them")
    }
    return architecture
  }
}
