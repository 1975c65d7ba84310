/// The rows of a training.
public enum TrainingExamples: Sendable, Hashable {
  case supervised([TokenRow])
  case preference([TokenPair])

  /// Tokens of the longest example.
  public var longest: Int { lengths.max() ?? 0 }

  package var count: Int {
    switch self {
    case .supervised(let rows): rows.count
    case .preference(let pairs): pairs.count
    }
  }

  /// Tokens that the model computes for each example.
  package var lengths: [Int] {
    switch self {
    case .supervised(let rows): rows.map(\.tokens.count)
    case .preference(let pairs): pairs.map(\.computedTokenCount)
    }
  }
}
