import Core

/// The problems of a JSON Lines file, with the lines they stand on.
package struct ProblemFile: Sendable {
  package let name: String
  package let all: [Problem]
  private let lines: [ProblemID: Int]
  private let positions: [ProblemID: Int]

  /// - Throws: `InputError` for a file that cannot be read or is empty, a bad line, or an id that occurs twice.
  package init(_ path: String) throws {
    let source = try LineSource(path)
    let rows = try source.rows(Problem.self)
    var lines: [ProblemID: Int] = [:]
    for (line, problem) in rows {
      if let earlier = lines.updateValue(line, forKey: problem.id) {
        throw InputError(
          file: source.name, line: line,
          "the problem id '\(problem.id)' is that of line \(earlier) too; give every problem its own id")
      }
    }
    name = source.name
    self.lines = lines
    all = rows.map(\.row)
    positions = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($0.element.row.id, $0.offset) })
  }

  /// Problems that came with their samples.
  init(_ problems: [Problem], name: String) {
    self.name = name
    all = problems
    lines = [:]
    positions = Dictionary(uniqueKeysWithValues: problems.enumerated().map { ($0.element.id, $0.offset) })
  }

  package subscript(_ id: ProblemID) -> Problem? { positions[id].map { all[$0] } }

  /// An error about `problem`, with its place where it has one.
  package func complaint(about problem: Problem, _ message: String) -> InputError {
    guard let line = lines[problem.id] else { return InputError(message) }
    return InputError(file: name, line: line, message)
  }
}
