import Core

/// How many programs passed how many of their tests: near misses, which verdicts alone hide.
public struct PassedTestCounts: Sendable, Hashable {
  /// `programCounts[p]`: programs that passed p of the `testCount` tests.
  public struct Row: Sendable, Hashable {
    public let testCount: Int
    public let programCounts: [Int]
  }

  private var counts: [Int: [Int]] = [:]

  public init() {}

  /// One for each number of tests, ascending.
  public var rows: [Row] { counts.keys.sorted().map { Row(testCount: $0, programCounts: counts[$0] ?? []) } }

  /// Counts the program of a verdict; one whose tests could not be run is left out.
  public mutating func add(_ verdict: Verdict) {
    guard let tests = verdict.tests else { return }
    counts[tests.count, default: Array(repeating: 0, count: tests.count + 1)][tests.passed] += 1
  }

  /// A line for each number of tests; empty where no program was counted.
  public var text: String {
    guard !counts.isEmpty else { return "" }
    return rows.reduce(into: "programs by tests passed\n") { text, row in
      let parts = row.programCounts.enumerated().map { passed, count in
        passed == row.testCount ? "all \(count)" : "\(passed) passed \(count)"
      }
      text += "of \(row.testCount): \(parts.joined(separator: ", "))\n"
    }
  }
}
