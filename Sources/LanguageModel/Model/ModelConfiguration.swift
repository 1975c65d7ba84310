/// What a model computes, as its `config.json` states it.
public struct ModelConfiguration: Sendable, Hashable {
  public var architecture: Architecture
  public var vocabularySize: Int
  public var hiddenSize: Int
  /// Width of the SwiGLU layer.
  public var intermediateSize: Int
  public var layerCount: Int
  public var headCount: Int
  public var keyValueHeadCount: Int
  public var headDimension: Int
  public var ropeTheta: Double
  public var ropeScaling: RopeScaling?
  /// Positions that a windowed layer attends to, its own included; nil where every layer sees all.
  public var slidingWindow: Int?
  /// Which layers have the window, one value a layer; nil for all of them.
  public var windowedLayers: [Bool]?
  /// Llama's `attention_bias`: the four projections of attention have biases.
  public var attentionBias: Bool
  /// Llama's `mlp_bias`: the three projections of the SwiGLU layer have biases.
  public var feedForwardBias: Bool
  public var rmsNormEpsilon: Double
  /// The output head is the embedding matrix.
  public var tiesEmbeddings: Bool
  public var maxPositionCount: Int
  public var bosTokenID: Int?
  /// Every token that ends a sequence; the first one closes training rows.
  public var eosTokenIDs: [Int]
  public var padTokenID: Int?

  public init(
    architecture: Architecture = .llama, vocabularySize: Int, hiddenSize: Int, intermediateSize: Int, layerCount: Int,
    headCount: Int,
    keyValueHeadCount: Int, headDimension: Int? = nil, ropeTheta: Double = 10_000, ropeScaling: RopeScaling? = nil,
    slidingWindow: Int? = nil, windowedLayers: [Bool]? = nil, attentionBias: Bool = false,
    feedForwardBias: Bool = false, rmsNormEpsilon: Double = 1e-5, tiesEmbeddings: Bool = false,
    maxPositionCount: Int = 2048, bosTokenID: Int? = nil, eosTokenIDs: [Int] = [], padTokenID: Int? = nil
  ) {
    self.architecture = architecture
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headDimension = headDimension ?? hiddenSize / headCount
    self.ropeTheta = ropeTheta
    self.ropeScaling = ropeScaling
    self.slidingWindow = slidingWindow
    self.windowedLayers = windowedLayers
    self.attentionBias = attentionBias
    self.feedForwardBias = feedForwardBias
    self.rmsNormEpsilon = rmsNormEpsilon
    self.tiesEmbeddings = tiesEmbeddings
    self.maxPositionCount = maxPositionCount
    self.bosTokenID = bosTokenID
    self.eosTokenIDs = eosTokenIDs
    self.padTokenID = padTokenID
  }
}

extension ModelConfiguration {
  public var queryWidth: Int { headCount * headDimension }
  public var keyValueWidth: Int { keyValueHeadCount * headDimension }
  public var hasQueryKeyValueBias: Bool { attentionBias || architecture == .qwen2 }

  /// Positions that a token of `layer` attends to, its own included; nil where it sees all before it.
  public func slidingWindow(layer: Int) -> Int? {
    windowedLayers?[layer] == false ? nil : slidingWindow
  }
}
