import Core
import Foundation

/// Reads a file of problems: lines of `Problem`, or of GSM8K's `{"question","answer"}`, told apart by their fields.
enum ProblemFile {
  static func read(_ file: URL, task: String, limit: Int?) throws -> [Problem] {
    let rows = try JSONLines.read(Row.self, from: file)
    guard !rows.isEmpty else {
      throw InputError(file: file.path, "holds no problems; give a file with one JSON object a line")
    }
    let stem = file.deletingPathExtension().lastPathComponent
    var firstLine: [ProblemID: Int] = [:]
    var problems: [Problem] = []
    for (line, row) in rows {
      let problem =
        switch row {
        case .problem(let problem): problem
        case .questionAndAnswer(let question, let answer):
          Problem(id: ProblemID("\(task)/\(stem)/\(line - 1)"), task: task, question: question, reference: answer)
        }
      guard problem.task == task else {
        throw InputError(
          file: file.path, line: line, "the problem is of task '\(problem.task)', not '\(task)'; change one of the two")
      }
      if let first = firstLine.updateValue(line, forKey: problem.id) {
        throw InputError(
          file: file.path, line: line,
          "the id '\(problem.id)' stands in line \(first) already; give every problem an id of its own")
      }
      problems.append(problem)
    }
    // The whole file is checked even where only its beginning is wanted.
    return limit.map { Array(problems.prefix($0)) } ?? problems
  }

  private enum Row: Decodable {
    case problem(Problem)
    case questionAndAnswer(question: String, answer: String)

    private enum CodingKeys: String, CodingKey { case id, question, answer }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      if container.contains(.answer), !container.contains(.id) {
        self = .questionAndAnswer(
          question: try container.decode(String.self, forKey: .question),
          answer: try container.decode(String.self, forKey: .answer))
      } else {
        self = .problem(try Problem(from: decoder))
      }
    }
  }
}
