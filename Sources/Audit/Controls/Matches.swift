/// Improved questions with the questions that neither model solves and that were as hard for M_1.
struct Matches: Sendable {
  struct Member: Sendable {
    let question: Int
    /// What matches have in common.
    let cell: Int
  }

  /// The improved questions that have a match.
  let improved: [Member]
  /// Every question that is a match of one.
  let controls: [Member]
  private let cellCount: Int

  private struct Cell: Hashable {
    let group: String?
    let accuracy: Double
  }

  /// An improved question's matches are all controls of its group with the accuracy nearest to its own, the lower where two
  /// are as near, if that is within `ImprovementControls.caliper`.
  ///
  /// - Parameters:
  ///   - accuracy: Of M_1, by question.
  ///   - groups: By question.
  init(_ gained: [Int], among neither: [Int], accuracy: [Double], groups: [String?]) {
    var accuracies: [String?: Set<Double>] = [:]
    for question in neither { accuracies[groups[question], default: []].insert(accuracy[question]) }
    var cells: [Cell: Int] = [:]
    improved = gained.compactMap { question in
      let own = accuracy[question]
      let nearest = accuracies[groups[question], default: []].min { (abs($0 - own), $0) < (abs($1 - own), $1) }
      guard let nearest, abs(nearest - own) <= ImprovementControls.caliper + 1e-9 else { return nil }
      let cell = Cell(group: groups[question], accuracy: nearest)
      let index = cells[cell] ?? cells.count
      cells[cell] = index
      return Member(question: question, cell: index)
    }
    controls = neither.compactMap { question in
      cells[Cell(group: groups[question], accuracy: accuracy[question])].map { Member(question: question, cell: $0) }
    }
    cellCount = cells.count
  }

  /// The mean over improved questions of their value minus the mean of their matches'.
  ///
  /// An improved question none of whose matches was drawn is left out; nil where that leaves none.
  func difference(
    _ improvedValues: [Double], _ controlValues: [Double], _ drawnImproved: [Int], _ drawnControls: [Int]
  ) -> Double? {
    var sums = [Double](repeating: 0, count: cellCount)
    var counts = [Double](repeating: 0, count: cellCount)
    for index in drawnControls {
      sums[controls[index].cell] += controlValues[index]
      counts[controls[index].cell] += 1
    }
    var total = 0.0
    var count = 0
    for index in drawnImproved where counts[improved[index].cell] > 0 {
      let cell = improved[index].cell
      total += improvedValues[index] - sums[cell] / counts[cell]
      count += 1
    }
    return count > 0 ? total / Double(count) : nil
  }
}
