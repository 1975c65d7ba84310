import Core
import Statistics

/// The true value of every measure of a `Population`, by summing over the questions and answers that it can bring forth.
struct PopulationTruth {
  let population: Population
  /// The middle of each of many equal parts of 0 … 1: sums over a uniform p are means over these.
  private static let eases = (0..<2_000).map { (Double($0) + 0.5) / 2_000 }

  /// E f(p) for a p with this density; uniform unless told otherwise.
  func mean(weight: (Double) -> Double = { _ in 1 }, _ f: (Double) -> Double) -> Double {
    var (total, weights) = (0.0, 0.0)
    for p in Self.eases {
      total += weight(p) * f(p)
      weights += weight(p)
    }
    return total / weights
  }

  func accuracy(_ t: Int) -> (Double) -> Double { population.models[t].accuracy }

  func passAt1(_ t: Int) -> Double { mean(accuracy(t)) }
  func outOfDistribution(_ t: Int) -> Double { mean(population.models[t].outOfDistribution) }

  /// The density of p is that of an order statistic of three.
  func passAt1(_ t: Int, level: Int) -> Double {
    mean(weight: { p in [p * p, 2 * p * (1 - p), (1 - p) * (1 - p)][level] }, accuracy(t))
  }

  func groupDisparity(_ t: Int) -> Double { 1 - passAt1(t, level: 2) / passAt1(t, level: 0) }

  func passAtK(_ t: Int, _ k: Int) -> Double { mean { 1 - power(1 - accuracy(t)($0), k) } }

  /// M_1's pass@k where it fails greedily and M_t is right (`isGained`), or wrong too.
  func firstPassAtK(_ t: Int, _ k: Int, isGained: Bool) -> Double {
    let later = accuracy(t)
    return mean(
      weight: { (1 - accuracy(0)($0)) * (isGained ? later($0) : 1 - later($0)) },
      { 1 - power(1 - accuracy(0)($0), k) })
  }

  /// A vote among k: the correct answer, and two wrong ones that are equally likely.
  func majorityAtK(_ t: Int, _ k: Int) -> Double {
    (0...k).reduce(0.0) { total, correct in
      let chance = mean { Binomial.probability(correct, of: k, p: accuracy(t)($0)) }
      let elected = (0...(k - correct)).reduce(0.0) { total, first in
        let votes = [first, k - correct - first]
        let most = votes.max() ?? 0
        let share =
          correct > most ? 1.0 : correct == most && correct > 0 ? 1 / Double(1 + votes.count { $0 == most }) : 0
        return total + share * Binomial.probability(first, of: k - correct, p: 0.5)
      }
      return total + chance * elected
    }
  }

  enum Diversity: CaseIterable { case distinctN, expectationAdjusted, equations }

  /// Over the questions with at least two answers of the stratum.
  func diversity(_ t: Int, _ measure: Diversity, isCorrect: Bool) -> Double {
    let chance = stratum(t, isCorrect)
    var (total, weights) = (0.0, 0.0)
    for count in 2...population.sampleCount {
      let weight = mean { Binomial.probability(count, of: population.sampleCount, p: chance($0)) }
      total += weight * expected(measure, of: count, model: t)
      weights += weight
    }
    return total / weights
  }

  /// Of M_t less M_1, with as many answers of the stratum as the one with fewer has, two at least.
  func diversityChange(_ t: Int, _ measure: Diversity, isCorrect: Bool) -> Double {
    let chances = [stratum(0, isCorrect), stratum(t, isCorrect)]
    let n = population.sampleCount
    /// The chance of at least `count` answers of the stratum from both.
    func both(_ count: Int) -> Double {
      mean { p in chances.reduce(1) { $0 * (1 - Binomial.cumulative(count - 1, of: n, p: $1(p))) } }
    }
    let reached = (0...(n + 1)).map { $0 > n ? 0 : both($0) }
    return (2...n).reduce(0.0) { total, count in
      let change = expected(measure, of: count, model: t) - expected(measure, of: count, model: 0)
      return total + (reached[count] - reached[count + 1]) * change
    } / reached[2]
  }

  func stratum(_ t: Int, _ isCorrect: Bool) -> (Double) -> Double {
    let accuracy = accuracy(t)
    return { isCorrect ? accuracy($0) : 1 - accuracy($0) }
  }

  /// Of `count` answers, over how many of them differ.
  private func expected(_ measure: Diversity, of count: Int, model: Int) -> Double {
    let stock = population.models[model].stock
    return [stock.poor, stock.rich].reduce(0) { total, stock in
      let chances = differing(count, from: stock)
      return total + (1...count).reduce(0) { $0 + chances[$1] * Self.value(measure, differing: $1, of: count) } / 2
    }
  }

  /// The chances of 0, 1, 2, … different phrases among `count` draws from `stock`.
  func differing(_ count: Int, from stock: Int) -> [Double] {
    var chances = [1.0] + [Double](repeating: 0, count: count)
    for _ in 0..<count {
      for different in stride(from: count, through: 0, by: -1) {
        let old = min(1, Double(different) / Double(stock))
        let new = different > 0 ? 1 - Double(different - 1) / Double(stock) : 0
        chances[different] = chances[different] * old + (different > 0 ? chances[different - 1] * max(0, new) : 0)
      }
    }
    return chances
  }

  /// By counting the n-grams of as many different phrases, in a way of its own.
  private static func value(_ measure: Diversity, differing: Int, of count: Int) -> Double {
    guard differing <= Population.equalPhrases.count else { return 0 }
    func nGrams(_ n: Int, _ phrases: ArraySlice<String>) -> Set<[Substring]> {
      Set(
        phrases.flatMap { phrase -> [[Substring]] in
          let words = phrase.split(separator: " ")
          return (0...(words.count - n)).map { Array(words[$0..<($0 + n)]) }
        })
    }
    guard measure != .equations else { return Double(differing) / Double(count) }
    return (1...5).reduce(0) { total, n in
      let distinct = Double(nGrams(n, Population.equalPhrases.prefix(differing)).count)
      let all = count * (6 - n)
      guard measure == .expectationAdjusted else { return total + distinct / Double(all) / 5 }
      let vocabulary = Double(nGrams(n, Population.equalPhrases[...]).count)
      return total + distinct / (vocabulary * (1 - power((vocabulary - 1) / vocabulary, all))) / 5
    }
  }
}

func power(_ base: Double, _ exponent: Int) -> Double {
  (0..<exponent).reduce(1) { product, _ in product * base }
}
