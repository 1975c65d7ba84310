import Sandbox

/// How many programs passed how many of their tests: near misses, which verdicts alone hide.
public struct PassedTestCounts: Codable, Sendable, Hashable {
  /// `programCounts[p]`: programs that passed p of the `testCount` tests.
  public struct Row: Codable, Sendable, Hashable {
    public let testCount: Int
    public let programCounts: [Int]
  }

  /// One for each number of tests, ascending.
  public let rows: [Row]

  /// Of programs whose tests could be run: outcomes of `error` are left out.
  public init(_ reports: some Sequence<ProgramReport>) {
    var counts: [Int: [Int]] = [:]
    for report in reports where report.outcome != .error {
      counts[report.testCount, default: Array(repeating: 0, count: report.testCount + 1)][report.passedTestCount] += 1
    }
    rows = counts.keys.sorted().map { Row(testCount: $0, programCounts: counts[$0] ?? []) }
  }
}
