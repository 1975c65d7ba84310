import LanguageModel

/// The sizes of a model that decide what it costs.
public struct ModelShape: Sendable, Hashable {
  public let configuration: ModelConfiguration
  public let parameterCount: Int
  /// Numbers in the matrices of one block.
  public let blockWeights: Double
  /// Numbers in the output head, tied or not.
  public let headWeights: Double

  public init(_ configuration: ModelConfiguration) {
    let c = configuration
    self.configuration = c
    parameterCount = ParameterLayout(c).count
    blockWeights = Double(
      2 * c.hiddenSize * c.queryWidth + 2 * c.hiddenSize * c.keyValueWidth + 3 * c.hiddenSize * c.intermediateSize)
    headWeights = Double(c.vocabularySize * c.hiddenSize)
  }

  private var layerCount: Double { Double(configuration.layerCount) }

  /// Numbers in all matrices that a token is multiplied with.
  public var matrixWeights: Double { layerCount * blockWeights + headWeights }

  /// Keys and values of one position, bytes.
  public func keyValueBytes(bytesPerNumber: Double) -> Double {
    2 * layerCount * Double(configuration.keyValueWidth) * bytesPerNumber
  }

  /// FLOP of a forward pass: 2 for each weight a token meets, and in attention 4 × the width of the queries for each
  /// position that it looks at, in each block.
  ///
  /// - Parameters:
  ///   - headPositions: Tokens for which the head is computed.
  ///   - attended: Positions that a token looks at, on average.
  public func forwardFLOP(tokens: Double, headPositions: Double, attended: Double) -> Double {
    let seen = min(attended, configuration.slidingWindow.map(Double.init) ?? attended)
    return tokens * layerCount * (2 * blockWeights + 4 * Double(configuration.queryWidth) * seen)
      + 2 * headPositions * headWeights
  }
}
