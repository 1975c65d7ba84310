/// The rows of a training.
public enum TrainingExamples: Sendable, Hashable {
  case supervised([TokenRow])
  case preference([TokenPair])

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
