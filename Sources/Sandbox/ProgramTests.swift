/// What decides whether a program is right.
public struct ProgramTests: Codable, Sendable, Hashable {
  /// Python that is run before the tests and away from the program: imports, the tests' own functions.
  public let setup: String
  /// Python statements, each counted as one: `assert f(2) == 4`.
  public let tests: [String]
  /// The names that are taken from the program. Where empty: those that `setup` and `tests` use and do not define, and
  /// for a test that uses Python's own names only, the one called outermost.
  public let entryPoints: [String]

  public init(tests: [String], setup: String = "", entryPoints: [String] = []) {
    self.setup = setup
    self.tests = tests
    self.entryPoints = entryPoints
  }
}
