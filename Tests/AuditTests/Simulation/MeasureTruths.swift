import Core
import Foundation
import Statistics

/// The true values of the further measures and controls, by summing over what a `Population` can bring forth.
extension PopulationTruth {
  private var n: Int { population.sampleCount }

  /// E f(correct samples of M_t, p) over the questions.
  private func mean(_ t: Int, _ f: (Int) -> Double) -> Double {
    (0...n).reduce(0) { total, correct in
      total + f(correct) * mean { Binomial.probability(correct, of: n, p: accuracy(t)($0)) }
    }
  }

  /// The share of questions with at least τ = step / 20 of the samples correct.
  func cover(_ t: Int, step: Int) -> Double { mean(t) { 20 * $0 >= step * n ? 1 : 0 } }

  // MARK: Entropy

  enum Entropy: CaseIterable { case plain, corrected, distinct, distinctWrongShare }

  /// Of n answers: the correct one, and two wrong ones that are equally likely.
  func entropy(_ t: Int, _ measure: Entropy) -> Double {
    var (total, weights) = (0.0, 0.0)
    for correct in 0...n {
      let chance = mean { Binomial.probability(correct, of: n, p: accuracy(t)($0)) }
      for first in 0...(n - correct) {
        let counts = [correct, first, n - correct - first].filter { $0 > 0 }
        guard let value = Self.entropy(measure, counts, wrong: counts.count - (correct > 0 ? 1 : 0), of: n - correct)
        else { continue }
        let weight = chance * Binomial.probability(first, of: n - correct, p: 0.5)
        total += weight * value
        weights += weight
      }
    }
    return total / weights
  }

  private static func entropy(_ measure: Entropy, _ counts: [Int], wrong: Int, of wrongCount: Int) -> Double? {
    let all = Double(counts.reduce(0, +))
    let plain = counts.reduce(0) { $0 + Double($1) / all * log(all / Double($1)) }
    return switch measure {
    case .plain: plain
    case .corrected: plain + Double(counts.count - 1) / (2 * all)
    case .distinct: Double(counts.count)
    case .distinctWrongShare: wrongCount < 2 ? nil : Double(wrong) / Double(wrongCount)
    }
  }

  // MARK: Exploration

  enum Exploration: CaseIterable { case uniqueCorrect, kept, uniqueShare, balance }

  func exploration(_ t: Int, _ measure: Exploration) -> Double {
    var (total, weights) = (0.0, 0.0)
    for kept in 0...n where kept > 0 || measure != .uniqueShare {
      let chance = mean { Binomial.probability(kept, of: n, p: accuracy(t)($0)) }
      weights += chance
      for stock in [population.models[t].stock.poor, population.models[t].stock.rich] {
        for (unique, weight) in differing(kept, from: stock).enumerated() where kept > 0 {
          let share = Double(unique) / Double(kept)
          let value: Double =
            switch measure {
            case .uniqueCorrect: Double(unique)
            case .kept: Double(kept) / Double(n)
            case .uniqueShare: share
            case .balance: min(1, Double(unique) / 6) * share
            }
          total += chance * weight * value / 2
        }
      }
    }
    return total / weights
  }

  // MARK: Support

  /// The share of questions that M_1 (`first`) and M_t (`later`) do or do not reach with n samples.
  func support(_ t: Int, first: Bool, later: Bool) -> Double {
    mean { p in
      let missed = [power(1 - accuracy(0)(p), n), power(1 - accuracy(t)(p), n)]
      return (first ? 1 - missed[0] : missed[0]) * (later ? 1 - missed[1] : missed[1])
    }
  }

  /// The chance that all correct samples of both, dealt out anew, come to one side that is given: C(2n − c, n) / C(2n, n).
  func supportByChance(_ t: Int) -> Double {
    var total = 0.0
    for first in 0...n {
      for later in 0...n where (1...n).contains(first + later) {
        let chance = mean {
          Binomial.probability(first, of: n, p: accuracy(0)($0))
            * Binomial.probability(later, of: n, p: accuracy(t)($0))
        }
        let missed = Binomial.logCoefficient(2 * n - first - later, n) - Binomial.logCoefficient(2 * n, n)
        total += chance * exp(missed)
      }
    }
    return total
  }

  // MARK: Diversity

  /// Vectors of different phrases are orthogonal: the chance that two answers differ, whatever their number.
  func semantic(_ t: Int) -> Double {
    let stock = population.models[t].stock
    return 1 - (1 / Double(stock.poor) + 1 / Double(stock.rich)) / 2
  }

  /// The mean of a phrase's value over what M_t chooses from.
  func phrase(_ t: Int, _ value: (String) -> Double) -> Double {
    let stock = population.models[t].stock
    return [stock.poor, stock.rich].reduce(0) { total, count in
      total + population.phrases.prefix(count).reduce(0) { $0 + value($1) } / Double(2 * count)
    }
  }

  // MARK: Controls

  /// E[M_1's pass@k | gained] − E[the same | neither solves, M_1 as often right on the half that matches], over the gained.
  ///
  /// The samples are halved: the one half matches exactly, the other is evaluated.
  func matchedDifference(_ t: Int, _ k: Int) -> Double {
    let half = n / 2
    func moments(_ matching: Int, isGained: Bool) -> (weight: Double, passAtK: Double) {
      let weight: (Double) -> Double = { p in
        let first = accuracy(0)(p)
        let later = accuracy(t)(p)
        return (1 - first) * (isGained ? later : 1 - later) * Binomial.probability(matching, of: half, p: first)
      }
      return (mean(weight), mean(weight: weight) { 1 - power(1 - accuracy(0)($0), k) })
    }
    var (total, weights) = (0.0, 0.0)
    for matching in 0...half {
      let gained = moments(matching, isGained: true)
      total += gained.weight * (gained.passAtK - moments(matching, isGained: false).passAtK)
      weights += gained.weight
    }
    return total / weights
  }

  /// Gained by M_t (less those lost, if `isNet`) minus the same of a second M_1.
  func overNull(_ t: Int, isNet: Bool) -> Double {
    mean { p in
      let (first, later) = (accuracy(0)(p), accuracy(t)(p))
      return isNet ? later - first : (1 - first) * (later - first)
    }
  }

  /// M_1's pass@k on what a second M_1 gains.
  func nullPassAtK(_ k: Int) -> Double {
    mean(weight: { (1 - accuracy(0)($0)) * accuracy(0)($0) }, { 1 - power(1 - accuracy(0)($0), k) })
  }

  /// The share of M_t's training rows from questions of which M_1's samples are correct to a fifth.
  func trainingShare(_ t: Int, fifth: Int) -> Double {
    let rows = mean(accuracy(t))
    return (0...n).filter { min(4, 5 * $0 / n) == fifth }.reduce(0) { total, correct in
      total + mean { Binomial.probability(correct, of: n, p: accuracy(0)($0)) * accuracy(t)($0) } / rows
    }
  }
}
