/// What running a program's tests found.
public struct ProgramReport: Codable, Sendable, Hashable {
  public enum Outcome: String, Codable, Sendable, Hashable, CaseIterable {
    case correct, incorrect
    /// The program used up its processor time or its wall time.
    case timeout
    /// The tests cannot be run: they are no Python, there are none, or there is no sandbox.
    case error
  }

  public let outcome: Outcome
  /// Tests that passed before the program ended.
  public let passedTestCount: Int
  public let testCount: Int
  /// One line on the first test that did not pass, or on why none was run; at most 400 characters.
  public let firstFailure: String?
  /// Processor time of the program with its interpreter's start; nil where it had to be killed.
  public let processorSeconds: Double?
  public let wallSeconds: Double

  public init(
    _ outcome: Outcome, passedTestCount: Int, testCount: Int, firstFailure: String? = nil,
    processorSeconds: Double? = nil, wallSeconds: Double = 0
  ) {
    self.outcome = outcome
    self.passedTestCount = passedTestCount
    self.testCount = testCount
    self.firstFailure = firstFailure
    self.processorSeconds = processorSeconds
    self.wallSeconds = wallSeconds
  }
}
