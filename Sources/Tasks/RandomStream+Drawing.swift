import Randomness

extension RandomStream {
  /// Uniform over `range`, both ends included.
  mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + index(below: range.upperBound - range.lowerBound + 1)
  }

  /// True with probability `probability`.
  mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  /// One of `choices`, each as likely as the other. `choices` is not empty.
  mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[index(below: choices.count)] }

  /// `count` different ones of `choices`, in random order.
  mutating func pick<Choice>(_ count: Int, of choices: [Choice]) -> [Choice] {
    precondition(count <= choices.count, "cannot draw \(count) different ones of \(choices.count)")
    return Array(shuffled(choices).prefix(count))
  }

  /// An index of `weights` with probability in proportion to its weight; the last one where all are zero.
  mutating func index(weighted weights: [Double]) -> Int {
    var remaining = uniform() * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      remaining -= weight
      if remaining < 0 { return index }
    }
    return weights.count - 1
  }
}
