/// The rotary embedding of a `config.json`: `rope_theta` with `rope_scaling` (transformers 4) or `rope_parameters`
/// (transformers 5). Where both stand, `rope_scaling` counts, as in transformers.
struct RopeOptions {
  let theta: Double
  let scaling: RopeScaling?

  /// - Throws: `ModelError` naming a kind of scaling that is not supported, or a value that cannot be.
  init(_ config: JSONObject, maxPositionCount: Int) throws {
    let scalingObject = try config.object("rope_scaling").flatMap { $0.members.isEmpty ? nil : $0 }
    let name = scalingObject == nil ? "rope_parameters" : "rope_scaling"
    let rope = try scalingObject ?? config.object(name)
    theta = try rope?.number("rope_theta") ?? config.number("rope_theta") ?? 10_000
    guard let rope else {
      scaling = nil
      return
    }
    if let nested = rope.members.first(where: { $0.name.hasSuffix("_attention") })?.name {
      throw SupportedOptions.refusal(config, "\(name) per kind of layer", nested, supported: "one for all layers")
    }
    if let share = try rope.number("partial_rotary_factor"), share != 1 {
      throw SupportedOptions.refusal(config, "partial_rotary_factor", share, supported: "1.0")
    }
    func positive(_ field: String) throws -> Double {
      let value = try rope.require(try rope.number(field), field)
      guard value > 0, value < 1e9 else {
        throw config.error("\(name).\(field) is \(value); it must be positive and less than 1e9")
      }
      return value
    }
    switch try rope.string("rope_type") ?? rope.string("type") ?? "default" {
    case "default": scaling = nil
    case "linear": scaling = .linear(factor: try positive("factor"))
    case "llama3":
      // Where it stands beside the others instead of among them, it counts, as in transformers.
      let original =
        try config.integer("original_max_position_embeddings") ?? rope.integer("original_max_position_embeddings")
        ?? maxPositionCount
      let low = try positive("low_freq_factor")
      let high = try positive("high_freq_factor")
      guard low < high, 1...(1 << 40) ~= original else {
        throw config.error("\(name) needs low_freq_factor < high_freq_factor and original_max_position_embeddings > 0")
      }
      scaling = .llama3(
        factor: try positive("factor"), lowFrequencyFactor: low, highFrequencyFactor: high, originalContext: original)
    case let other: throw SupportedOptions.refusal(config, name, other, supported: "default, linear, llama3")
    }
  }
}
