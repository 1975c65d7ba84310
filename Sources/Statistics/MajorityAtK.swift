/// majority@k: the probability that a vote among k samples elects the correct answer.
public enum MajorityAtK {
  /// The expectation over all subsets of k of the samples at hand, computed exactly; nil where k is not in 1 … n.
  ///
  /// A subset elects its most frequent answer; answers that tie share the election equally, so that of two tied answers
  /// the correct one counts a half. Samples without a readable answer do not vote; a subset without any vote elects
  /// nothing and counts 0. Every voting answer has its own count, and all correct samples are one answer.
  ///
  /// The probability is the sum over j, the votes of the correct answer, and over ties. It is computed with independent
  /// binomial counts conditioned on their sum, which is the same distribution as drawing without replacement (both are
  /// the multivariate hypergeometric), and never overflows.
  ///
  /// - Parameters:
  ///   - correctCount: Samples whose answer is correct.
  ///   - incorrectCounts: Samples of each distinct incorrect answer.
  ///   - abstentions: Samples without a readable answer.
  public static func estimate(correctCount: Int, incorrectCounts: [Int], abstentions: Int = 0, k: Int) -> Double? {
    let n = correctCount + incorrectCounts.reduce(0, +) + abstentions
    guard k >= 1, k <= n else { return nil }
    guard correctCount > 0 else { return 0 }
    guard correctCount < n else { return 1 }
    guard k < n else { return elected(correctCount, against: incorrectCounts) }

    let counts = incorrectCounts.sorted(by: >)
    let p = Double(k) / Double(n)
    let mostVotes = min(correctCount, k)
    let correct = Binomial.probabilities(upTo: mostVotes, of: correctCount, p: p)
    var total = 0.0
    for votes in 1...mostVotes {
      let opposition = k - votes
      // Answers with fewer samples than `votes` can neither win nor tie: together with the abstentions they are one pool.
      let rivals = counts.prefix { $0 >= votes }
      let poolSize = counts.dropFirst(rivals.count).reduce(0, +) + abstentions
      let pool = Binomial.probabilities(upTo: opposition, of: poolSize, p: p)
      let ways = draws(of: rivals, atMost: votes, total: opposition, p: p)
      var share = 0.0
      for (ties, row) in ways.enumerated() {
        for (drawn, probability) in row.enumerated() where probability > 0 {
          share += probability * pool[opposition - drawn] / Double(ties + 1)
        }
      }
      total += correct[votes] * share
    }
    return min(1, total / Binomial.probability(k, of: n, p: p))
  }

  /// The whole set votes: nothing is drawn.
  private static func elected(_ correctCount: Int, against incorrectCounts: [Int]) -> Double {
    let most = incorrectCounts.max() ?? 0
    guard correctCount >= most else { return 0 }
    return 1 / Double(1 + incorrectCounts.count { $0 == correctCount })
  }

  /// The probability, by number of rivals that reach `votes` exactly and by rival votes in all, that none exceeds it.
  private static func draws(of rivals: ArraySlice<Int>, atMost votes: Int, total: Int, p: Double) -> [[Double]] {
    let mostTies = min(rivals.count, total / votes)
    let empty = [[Double]](repeating: [Double](repeating: 0, count: total + 1), count: mostTies + 1)
    var ways = empty
    ways[0][0] = 1
    for size in rivals {
      let weights = Binomial.probabilities(upTo: votes, of: size, p: p)
      var next = empty
      for ties in 0...mostTies {
        for drawn in 0...total where ways[ties][drawn] > 0 {
          for more in 0...min(votes, total - drawn) {
            let tied = more == votes ? ties + 1 : ties
            if tied <= mostTies { next[tied][drawn + more] += ways[ties][drawn] * weights[more] }
          }
        }
      }
      ways = next
    }
    return ways
  }
}
