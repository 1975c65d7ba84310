import Core
import Foundation
import Tasks

/// A task's file that lives as long as it is read.
enum TaskFile {
  /// The problems of a file `name` with the content `text`; an error names the file without its folder.
  static func load(
    _ text: String, name: String = "p.jsonl", task: any BenchmarkTask = GSM8KTask(), split: DataSplit? = nil,
    limit: Int? = nil
  ) throws -> [Problem] {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }  // A folder left behind harms no test.
    let file = folder.appending(path: name)
    try Data(text.utf8).write(to: file)
    do {
      return try task.loadProblems(from: file, split: split, limit: limit)
    } catch let error as InputError {
      throw InputError(file: error.file.map { URL(filePath: $0).lastPathComponent }, line: error.line, error.message)
    }
  }
}
