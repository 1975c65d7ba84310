/// What the pairs of a step add up to.
struct PreferenceSums: Sendable {
  private var pairs = 0.0
  private var loss = 0.0
  private var wins = 0.0
  private var chosenReward = 0.0
  private var rejectedReward = 0.0
  private var chosenLogProbability = 0.0
  private var rejectedLogProbability = 0.0

  /// Takes in a pair; returns β (Δchosen − Δrejected).
  mutating func add(
    _ policy: GradientEngine.PairLogProbabilities, _ reference: GradientEngine.PairLogProbabilities, beta: Double
  ) -> Double {
    let chosen = beta * (policy.chosen - reference.chosen)
    let rejected = beta * (policy.rejected - reference.rejected)
    pairs += 1
    loss += softplus(-(chosen - rejected))
    wins += chosen > rejected ? 1 : 0
    chosenReward += chosen
    rejectedReward += rejected
    chosenLogProbability += policy.chosen
    rejectedLogProbability += policy.rejected
    return chosen - rejected
  }

  static func + (one: PreferenceSums, other: PreferenceSums) -> PreferenceSums {
    var sum = one
    sum.pairs += other.pairs
    sum.loss += other.loss
    sum.wins += other.wins
    sum.chosenReward += other.chosenReward
    sum.rejectedReward += other.rejectedReward
    sum.chosenLogProbability += other.chosenLogProbability
    sum.rejectedLogProbability += other.rejectedLogProbability
    return sum
  }

  /// Means over the pairs, of which there is one at least.
  var means: (loss: Double, metrics: PreferenceMetrics) {
    let metrics = PreferenceMetrics(
      chosenReward: chosenReward / pairs, rejectedReward: rejectedReward / pairs, accuracy: wins / pairs,
      chosenLogProbability: chosenLogProbability / pairs, rejectedLogProbability: rejectedLogProbability / pairs)
    return (loss / pairs, metrics)
  }
}
