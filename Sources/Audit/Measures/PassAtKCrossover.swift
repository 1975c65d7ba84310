import Core
import Randomness

/// The smallest k at which pass@k of a later iteration falls below that of iteration 1.
///
/// Yue et al., "Does reinforcement learning really incentivize reasoning capacity in LLMs beyond the base model?",
/// arXiv 2504.13837, section 3: trained models solve more with one sample, base models with many. docs/measures/crossover.md.
enum PassAtKCrossover {
  /// One entry a later iteration that shares sampled questions with iteration 1.
  static func measure(_ answers: AnswerTable, _ estimator: Estimator, threads: Int) -> [AuditResult.Crossover] {
    concurrentRanges(of: answers.later.count, threads: threads) { range in
      range.compactMap { index -> AuditResult.Crossover? in
        let later = answers.later[answers.later.startIndex + index]
        let pairs = PairedSamples.all(answers.first, later)
        return pairs.isEmpty
          ? nil : crossover(pairs, at: later.iteration, estimator.child("crossover \(later.iteration)"))
      }
    }.flatMap { $0 }
  }

  private static func crossover(
    _ pairs: [PairedSamples], at iteration: Int, _ estimator: Estimator
  ) -> AuditResult.Crossover {
    let largest = pairs.map(\.count).min() ?? 1
    let grid = PassAtKCurves.grid(upTo: largest)
    let curves = PassAtKCurves(pairs, at: grid)
    let observed = curves.difference
    let resampled = curves.resampledDifferences(estimator.resamples, estimator.stream("curve"))

    func point(_ index: Int) -> AuditResult.Crossover.Point {
      index < grid.count ? .at(k: grid[index]) : .beyond(k: largest)
    }
    let crossings = resampled.map(crossing).sorted()
    // Order statistics, outwards: a crossing is a k, and between two of them there is none.
    let tail = 0.025 * Double(crossings.count - 1)
    let differences = grid.indices.filter { grid[$0].nonzeroBitCount == 1 || grid[$0] == largest }.map { index in
      AuditResult.KEstimate(
        k: grid[index],
        estimate: estimator.mean(of: curves.differences(at: index), in: -1...1, "\(grid[index])"))
    }
    return AuditResult.Crossover(
      iteration: iteration, questions: pairs.count, largestK: largest, crossing: point(crossing(of: observed)),
      low: point(crossings[Int(tail)]), high: point(crossings[crossings.count - 1 - Int(tail)]),
      crossingShare: Double(crossings.count { $0 < grid.count }) / Double(crossings.count),
      shown: point(crossing(of: upperBand(of: observed, resampled))), differences: differences)
  }

  /// The position of the first value below 0; their number where there is none. Equal curves do not cross by rounding.
  private static func crossing(of curve: [Double]) -> Int { curve.firstIndex { $0 < -1e-12 } ?? curve.count }

  /// The upper edge of a band that holds the whole true curve in 97.5 % of samples, as one side of a 95 % band does.
  ///
  /// The studentised maximum over k (sup-t band; Montiel Olea and Plagborg-Møller 2019): one multiple of each point's own
  /// standard error, large enough for all points together.
  private static func upperBand(of observed: [Double], _ resampled: [[Double]]) -> [Double] {
    let count = Double(resampled.count)
    let errors = observed.indices.map { index in
      let mean = resampled.reduce(0) { $0 + $1[index] } / count
      return (resampled.reduce(0) { $0 + ($1[index] - mean) * ($1[index] - mean) } / count).squareRoot()
    }
    let isFree = errors.map { $0 > 1e-12 }
    let largest = resampled.map { curve in
      curve.indices.lazy.filter { isFree[$0] }.map { (observed[$0] - curve[$0]) / errors[$0] }.max() ?? 0
    }.sorted()
    let multiple = max(0, largest[min(largest.count - 1, Int((0.975 * count).rounded(.up)))])
    return observed.indices.map { observed[$0] + multiple * errors[$0] }
  }
}
