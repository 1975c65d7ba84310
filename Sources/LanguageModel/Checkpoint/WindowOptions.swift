/// The sliding window of a `config.json` and the layers that have it.
struct WindowOptions {
  let size: Int?
  /// nil for all layers.
  let layers: [Bool]?

  /// - Throws: `ModelError` for a window or kinds of layers that contradict the architecture.
  init(_ config: JSONObject, _ architecture: Architecture, layerCount: Int) throws {
    switch architecture {
    case .llama:
      // LlamaForCausalLM has no window, whatever its configuration says.
      size = nil
      layers = nil
    case .mistral:
      let kinds = try Self.layerKinds(config, layerCount: layerCount)
      size = try Self.window(config)
      layers = nil
      try Self.check(kinds, all: size != nil, config)
    case .qwen2:
      let kinds = try Self.layerKinds(config, layerCount: layerCount)
      let window = try config.boolean("use_sliding_window") ?? false ? try Self.window(config) : nil
      let first = try config.integer("max_window_layers") ?? 28
      let windowed = window == nil ? [] : kinds ?? (0..<layerCount).map { $0 >= first }
      if window == nil { try Self.check(kinds, all: false, config) }
      // A model without a windowed layer is the model without the window.
      size = windowed.contains(true) ? window : nil
      layers = size != nil && windowed.contains(false) ? windowed : nil
    }
  }

  private static func check(_ kinds: [Bool]?, all windowed: Bool, _ config: JSONObject) throws {
    if let kinds, kinds.contains(!windowed) {
      throw config.error("layer_types contradicts sliding_window; correct one of them")
    }
  }

  /// An absent window has the default of transformers, null means none.
  private static func window(_ config: JSONObject) throws -> Int? {
    guard config.contains("sliding_window") else { return 4096 }
    guard let window = try config.integer("sliding_window") else { return nil }
    guard 1...(1 << 40) ~= window else {
      throw config.error("sliding_window is \(window); it must lie between 1 and \(1 << 40), or be null")
    }
    return window
  }

  /// Whether each layer is windowed, as `layer_types` has it.
  private static func layerKinds(_ config: JSONObject, layerCount: Int) throws -> [Bool]? {
    guard let types = try config.strings("layer_types") else { return nil }
    guard types.count == layerCount else {
      throw config.error("layer_types names \(types.count) layers, num_hidden_layers is \(layerCount)")
    }
    return try types.map { type in
      switch type {
      case "full_attention": false
      case "sliding_attention": true
      default:
        throw SupportedOptions.refusal(config, "layer_types", type, supported: "full_attention, sliding_attention")
      }
    }
  }
}
