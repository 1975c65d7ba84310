import Core
import Foundation
import Importers
import Testing

/// Files of samples in a folder of their own, and what is read from them.
final class Reading {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "reversal-importers-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)  // Left to the system's own clean-up.
  }

  struct Result {
    let problems: [Problem]
    let samples: [JudgedCompletion]
    let source: AuditResult.Input

    /// `id index decoding verdict text`, one a sample.
    var lines: [String] {
      samples.map { sample in
        let completion = sample.completion
        return "\(completion.problemID) \(completion.sampleIndex) \(completion.decoding) \(sample.verdict.outcome) "
          + completion.text
      }
    }
  }

  static func problem(_ id: String, question: String = "?", task: String = "echo") -> Problem {
    Problem(id: ProblemID(id), task: task, question: question, reference: "right")
  }

  func write(_ name: String, _ bytes: some DataProtocol) throws -> String {
    let file = folder.appending(path: name)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// Reads `files`, given as `name: text` or with the decoding as `name:greedy`; problems of their own unless given.
  func read(
    _ files: [(name: String, text: String)], problems: [Problem]? = nil, _ options: ImportOptions = ImportOptions(),
    threads: Int = 3
  ) async throws -> Result {
    let paths = try files.map { file in
      let parts = file.name.split(separator: ":")
      let path = try write(String(parts[0]), Data(file.text.utf8))
      return parts.count == 2 ? "1:\(parts[1])=\(path)" : "1=\(path)"
    }
    return try await read(paths: paths, problems: problems, options, threads: threads)
  }

  /// An answer is right that holds the reference.
  func read(
    paths: [String], problems: [Problem]? = nil, _ options: ImportOptions = ImportOptions(), threads: Int = 3
  ) async throws -> Result {
    let files = try paths.map { try IterationFile($0, option: "--samples") }
    let known: ProblemFile
    if let problems {
      let lines = try problems.map { try JSONLines.line($0) }.joined(separator: "\n")
      known = try ProblemFile(write("problems.jsonl", Data(lines.utf8)))
    } else {
      known = try await ImportedProblems.collect(from: files, options: options, threads: threads)
    }
    var samples: [JudgedCompletion] = []
    let source = try await SampleImport(problems: known, options: options, threads: threads).read(files) {
      text, problem in
      Verdict(text.contains(problem.reference) ? .correct : .incorrect)
    } deliver: { sample in
      samples.append(sample)
    }
    return Result(problems: known.all, samples: samples, source: source)
  }

  /// The error of reading, without the folder's path.
  func message(
    _ files: [(name: String, text: String)], problems: [Problem]? = nil, _ options: ImportOptions = ImportOptions()
  ) async -> String {
    do {
      _ = try await read(files, problems: problems, options)
      return "no error"
    } catch {
      return "\(error)".replacing(folder.path + "/", with: "")
    }
  }
}
