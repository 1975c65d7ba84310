/// The shape of a Llama-architecture model, as its `config.json` states it.
public struct ModelConfiguration: Sendable, Hashable {
  public var vocabularySize: Int
  public var hiddenSize: Int
  /// Width of the SwiGLU layer.
  public var intermediateSize: Int
  public var layerCount: Int
  public var headCount: Int
  public var keyValueHeadCount: Int
  public var headDimension: Int
  public var ropeTheta: Double
  public var rmsNormEpsilon: Double
  /// The output head is the embedding matrix.
  public var tiesEmbeddings: Bool
  public var maxPositionCount: Int
  public var bosTokenID: Int?
  /// Every token that ends a sequence; the first one closes training rows.
  public var eosTokenIDs: [Int]
  public var padTokenID: Int?

  public init(
    vocabularySize: Int, hiddenSize: Int, intermediateSize: Int, layerCount: Int, headCount: Int,
    keyValueHeadCount: Int, headDimension: Int? = nil, ropeTheta: Double = 10_000, rmsNormEpsilon: Double = 1e-5,
    tiesEmbeddings: Bool = false, maxPositionCount: Int = 2048, bosTokenID: Int? = nil, eosTokenIDs: [Int] = [],
    padTokenID: Int? = nil
  ) {
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headDimension = headDimension ?? hiddenSize / headCount
    self.ropeTheta = ropeTheta
    self.rmsNormEpsilon = rmsNormEpsilon
    self.tiesEmbeddings = tiesEmbeddings
    self.maxPositionCount = maxPositionCount
    self.bosTokenID = bosTokenID
    self.eosTokenIDs = eosTokenIDs
    self.padTokenID = padTokenID
  }
}
