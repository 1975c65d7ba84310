import Core
import Foundation

/// A file of problems: lines of `Problem`, or rows in a benchmark's official layout, told apart by their fields. The rows
/// are lines or one JSON array.
struct ProblemFile {
  let file: URL
  /// The task that the problems are of.
  let task: String

  /// Where a row stands.
  struct Place {
    /// The file's name without its extension.
    let stem: String
    /// 0-based; blank lines count.
    let index: Int
  }

  /// Every problem of the file, each checked.
  ///
  /// - Parameter problem: The problem that an official row is; nil leaves the row out. Throws `InputError` without a place.
  func read<Row: Decodable>(
    _ type: Row.Type, problem: (Row, Place) throws -> Problem?
  ) throws -> [Problem] {
    let stem = file.deletingPathExtension().lastPathComponent
    let (rows, isArray) = try rows(of: type)
    guard !rows.isEmpty else {
      throw InputError(file: file.path, "holds no problems; give a file with one JSON object a line")
    }
    func complaint(_ line: Int, _ message: String) -> InputError {
      InputError(file: file.path, line: isArray ? nil : line, isArray ? "row \(line): \(message)" : message)
    }
    var firstLine: [ProblemID: Int] = [:]
    var problems: [Problem] = []
    for (line, row) in rows {
      let found: Problem?
      switch row {
      case .problem(let own): found = own
      case .official(let official):
        do {
          found = try problem(official, Place(stem: stem, index: line - 1))
        } catch let error as InputError {
          throw complaint(line, error.message)
        }
      }
      guard let found else { continue }
      guard found.task == task else {
        throw complaint(line, "the problem is of task '\(found.task)', not '\(task)'; change one of the two")
      }
      if let first = firstLine.updateValue(line, forKey: found.id) {
        throw complaint(
          line, "the id '\(found.id)' stands in line \(first) already; give every problem an id of its own")
      }
      problems.append(found)
    }
    return problems
  }

  /// Every row with its line, or its place in the array, from 1.
  private func rows<Row: Decodable>(of type: Row.Type) throws -> (rows: [(line: Int, row: Entry<Row>)], isArray: Bool) {
    let data = try JSONLines.contents(of: file)
    guard data.first(where: { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }) == UInt8(ascii: "[") else {
      return (try JSONLines.decode(Entry<Row>.self, from: data, name: file.path), false)
    }
    do {
      let entries = try JSONDecoder().decode([Entry<Row>].self, from: data)
      return (entries.enumerated().map { ($0.offset + 1, $0.element) }, true)
    } catch {
      throw InputError(file: file.path, JSONLines.explanation(of: error))
    }
  }

  private enum Entry<Row: Decodable>: Decodable {
    case problem(Problem)
    case official(Row)

    private enum CodingKeys: String, CodingKey { case task, reference }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self =
        container.contains(.task) && container.contains(.reference)
        ? .problem(try Problem(from: decoder)) : .official(try Row(from: decoder))
    }
  }
}
