import Core
import Randomness

/// pass@k of two models over many k at once, on the same questions with equally many samples of either.
struct PassAtKCurves: Sendable {
  /// pass@k over the grid, one row for each (samples, correct) that occurs.
  private let rows: [[Double]]
  /// Of each question, the rows of the later and of the first model.
  private let laterRows: [Int]
  private let firstRows: [Int]

  init(_ pairs: [PairedSamples], at grid: [Int]) {
    struct Tally: Hashable {
      let count: Int
      let correct: Int
    }
    var position: [Tally: Int] = [:]
    var rows: [[Double]] = []
    func row(_ tally: Tally) -> Int {
      if let index = position[tally] { return index }
      position[tally] = rows.count
      rows.append(Self.curve(sampleCount: tally.count, correctCount: tally.correct, at: grid))
      return rows.count - 1
    }
    laterRows = pairs.map { row(Tally(count: $0.count, correct: $0.laterCorrect)) }
    firstRows = pairs.map { row(Tally(count: $0.count, correct: $0.firstCorrect)) }
    self.rows = rows
  }

  /// Every k up to 128, then 64 to each doubling, and `largest`: linear in the samples, and exact where it is read closely.
  static func grid(upTo largest: Int) -> [Int] {
    var grid = Array(1...min(128, max(1, largest)))
    while let last = grid.last, last < largest {
      let doubling = 1 << (Int.bitWidth - 1 - last.leadingZeroBitCount)
      grid.append(min(largest, last + doubling / 64))
    }
    return grid
  }

  /// 1 − C(n−c, k) / C(n, k) for ascending k, each from the one before.
  private static func curve(sampleCount n: Int, correctCount c: Int, at grid: [Int]) -> [Double] {
    var allIncorrect = 1.0
    var reached = 0
    return grid.map { k in
      while reached < k {
        allIncorrect *= max(0, Double(n - c - reached)) / Double(n - reached)
        reached += 1
      }
      return 1 - allIncorrect
    }
  }

  /// Later minus first, the mean over the questions, over the grid.
  var difference: [Double] {
    var weights = [Int](repeating: 0, count: rows.count)
    for question in laterRows.indices { count(question, in: &weights) }
    return curve(of: weights)
  }

  /// Later minus first at a position of the grid, one value a question.
  func differences(at index: Int) -> [Double] {
    zip(laterRows, firstRows).map { later, first in rows[later][index] - rows[first][index] }
  }

  /// The mean difference over each of `resamples` draws of the questions with replacement.
  func resampledDifferences(_ resamples: Int, _ stream: RandomStream) -> [[Double]] {
    var stream = stream
    var weights = [Int](repeating: 0, count: rows.count)
    return (0..<resamples).map { _ in
      for row in weights.indices { weights[row] = 0 }
      for _ in laterRows.indices { count(stream.index(below: laterRows.count), in: &weights) }
      return curve(of: weights)
    }
  }

  private func count(_ question: Int, in weights: inout [Int]) {
    weights[laterRows[question]] += 1
    weights[firstRows[question]] -= 1
  }

  private func curve(of weights: [Int]) -> [Double] {
    var sum = [Double](repeating: 0, count: rows.first?.count ?? 0)
    for (row, weight) in zip(rows, weights) where weight != 0 {
      for index in sum.indices { sum[index] += Double(weight) * row[index] }
    }
    for index in sum.indices { sum[index] /= Double(laterRows.count) }
    return sum
  }
}
