import Randomness

/// Which examples each optimizer step covers: a function of the examples' lengths and the settings alone, so that the number
/// of a step tells where in the data a training stands.
package struct TrainingPlan: Sendable, Hashable {
  /// Indices of examples by step.
  package let steps: [[Int]]

  package init(_ examples: TrainingExamples, _ settings: FineTuningSettings) {
    let lengths = examples.lengths
    let name: String
    let split: ([Int]) -> [[Int]]
    switch examples {
    case .supervised:
      name = "supervised"
      split = { order in
        if let count = settings.batchRows { return Self.batches(order, count: count) }
        return Self.batches(order, lengths, tokens: settings.batchTokens)
      }
    case .preference:
      name = "preference"
      split = { Self.batches($0, count: settings.batchPairs) }
    }
    let stream = RandomStream(seed: settings.seed, name)
    steps = (0..<settings.epochs).flatMap { epoch in
      var order = Array(lengths.indices)
      var epochStream = stream.child(epoch)
      if settings.shuffles { epochStream.shuffle(&order) }
      return split(order)
    }
  }

  private static func batches(_ order: [Int], count: Int) -> [[Int]] {
    stride(from: 0, to: order.count, by: count).map { Array(order[$0..<min($0 + count, order.count)]) }
  }

  /// Steps of at most `limit` tokens.
  private static func batches(_ order: [Int], _ lengths: [Int], tokens limit: Int) -> [[Int]] {
    var batches: [[Int]] = []
    var batch: [Int] = []
    var count = 0
    for index in order {
      if !batch.isEmpty && count + lengths[index] > limit {
        batches.append(batch)
        batch = []
        count = 0
      }
      batch.append(index)
      count += lengths[index]
    }
    return batch.isEmpty ? batches : batches + [batch]
  }
}
