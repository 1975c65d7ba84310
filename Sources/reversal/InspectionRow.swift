import LanguageModel

/// What `reversal inspect --json` prints; null where the files do not tell. Sizes are bytes.
struct InspectionRow: Encodable {
  let inspection: ModelInspection

  private enum Keys: String, CodingKey {
    case supported, reason, architecture, parameters, files, layers, heads, vocabulary, context, tied, biases, tokenizer
    case elementTypes = "element_types"
    case weightBytes = "weight_bytes"
    case hiddenSize = "hidden_size"
    case intermediateSize = "intermediate_size"
    case keyValueHeads = "key_value_heads"
    case headDimension = "head_dimension"
    case ropeTheta = "rope_theta"
    case ropeScaling = "rope_scaling"
    case slidingWindow = "sliding_window"
    case windowedLayers = "windowed_layers"
    case eosTokenIDs = "eos_token_ids"
    case tokenizerProblem = "tokenizer_problem"
    case memoryWeights = "memory_weights"
    case memoryPacked = "memory_packed_for_sampling"
    case memoryPerToken = "memory_key_values_per_token"
    case memoryOf64Contexts = "memory_key_values_of_64_contexts"
    case memoryFullFineTuning = "memory_full_fine_tuning"
  }

  func encode(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: Keys.self)
    let c = inspection.configuration
    try row.encode(inspection.unsupported == nil, forKey: .supported)
    try row.encode(inspection.unsupported, forKey: .reason)
    try row.encode(inspection.architecture, forKey: .architecture)
    try row.encode(inspection.parameterCount, forKey: .parameters)
    try row.encode(inspection.elementTypes, forKey: .elementTypes)
    try row.encode(inspection.weightFiles, forKey: .files)
    try row.encode(inspection.weightBytes, forKey: .weightBytes)
    try row.encode(c?.layerCount, forKey: .layers)
    try row.encode(c?.hiddenSize, forKey: .hiddenSize)
    try row.encode(c?.intermediateSize, forKey: .intermediateSize)
    try row.encode(c?.headCount, forKey: .heads)
    try row.encode(c?.keyValueHeadCount, forKey: .keyValueHeads)
    try row.encode(c?.headDimension, forKey: .headDimension)
    try row.encode(c?.vocabularySize, forKey: .vocabulary)
    try row.encode(c?.maxPositionCount, forKey: .context)
    try row.encode(c?.ropeTheta, forKey: .ropeTheta)
    try row.encode(c?.ropeScaling.map(Self.name), forKey: .ropeScaling)
    try row.encode(c?.slidingWindow, forKey: .slidingWindow)
    try row.encode(
      c.map { c in (0..<c.layerCount).filter { c.slidingWindow(layer: $0) != nil } }, forKey: .windowedLayers)
    try row.encode(c?.tiesEmbeddings, forKey: .tied)
    try row.encode(c?.biasedProjections, forKey: .biases)
    try row.encode(c?.eosTokenIDs, forKey: .eosTokenIDs)
    try row.encode(inspection.tokenizer, forKey: .tokenizer)
    try row.encode(inspection.tokenizerProblem, forKey: .tokenizerProblem)
    try row.encode(inspection.memory?.weights, forKey: .memoryWeights)
    try row.encode(inspection.memory?.packedForSampling, forKey: .memoryPacked)
    try row.encode(inspection.memory?.keyValuePerToken, forKey: .memoryPerToken)
    try row.encode(inspection.memory?.keyValueOf64Contexts, forKey: .memoryOf64Contexts)
    try row.encode(inspection.memory?.fullFineTuning, forKey: .memoryFullFineTuning)
  }

  private static func name(_ scaling: RopeScaling) -> String {
    switch scaling {
    case .linear: "linear"
    case .llama3: "llama3"
    }
  }
}

extension ModelConfiguration {
  /// The projections that have a bias, in words.
  var biasedProjections: [String] {
    (hasQueryKeyValueBias ? ["query", "key", "value"] : []) + (attentionBias ? ["output"] : [])
      + (feedForwardBias ? ["gate", "up", "down"] : [])
  }
}
