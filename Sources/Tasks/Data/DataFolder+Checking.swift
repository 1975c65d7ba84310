import Core
import Crypto
import Digests
import Downloads
import Foundation

extension DataFolder {
  /// What checking one file found.
  public struct CheckedFile: Codable, Sendable, Hashable {
    public enum Checksum: String, Codable, Sendable, Hashable {
      case known, other
      /// Nobody has recorded the authors' bytes.
      case unrecorded
    }

    public let task: String
    public let taskVersion: Int
    public let file: String
    public let problemCount: Int
    public let officialProblemCount: Int
    public let sha256: String
    public let checksum: Checksum
    /// Problems whose own reference does not verify; nil where references are programs and were not run.
    public let unverified: [ProblemID]?
    /// How many of them are known to be damaged in the original.
    public let knownDamagedCount: Int

    /// Whether the file is what it should be.
    public var isSound: Bool {
      problemCount == officialProblemCount && checksum != .other && (unverified?.count ?? 0) <= knownDamagedCount
    }

    private enum CodingKeys: String, CodingKey {
      case task, file, sha256, checksum, unverified
      case taskVersion = "task_version"
      case problemCount = "problem_count"
      case officialProblemCount = "official_problem_count"
      case knownDamagedCount = "known_damaged_count"
    }
  }

  /// Checks a file of the folder: its bytes, its rows, and that every reference is right by the task's own verifier.
  ///
  /// - Parameter runsPrograms: Whether references that are programs are run as well.
  /// - Throws: `InputError` naming file and line of a malformed row.
  public func check(_ file: DataFile, of task: any BenchmarkTask, runsPrograms: Bool) async throws -> CheckedFile {
    let location = location(of: file, in: try dataSet(of: task))
    let problems = try task.loadProblems(from: location, split: nil)
    let digest = SHA256.hexadecimal(of: try JSONLines.contents(of: location))
    return CheckedFile(
      task: task.name, taskVersion: task.version, file: location.path, problemCount: problems.count,
      officialProblemCount: file.problemCount, sha256: digest,
      checksum: file.sha256.map { $0 == digest ? .known : .other } ?? .unrecorded,
      unverified: task.verifier is ProgramVerifier && !runsPrograms ? nil : await unverified(problems, of: task),
      knownDamagedCount: file.damagedReferenceCount)
  }

  private func dataSet(of task: any BenchmarkTask) throws -> DataSet {
    guard let dataSet = task.dataSet else { throw InputError("the task '\(task.name)' has no official files") }
    return dataSet
  }

  private func unverified(_ problems: [Problem], of task: any BenchmarkTask) async -> [ProblemID] {
    let verifier = task.verifier
    return await withTaskGroup(of: (Int, ProblemID?).self) { group in
      var found: [(Int, ProblemID)] = []
      for (index, problem) in problems.enumerated() {
        if index >= 16, let (position, failed) = await group.next(), let failed { found.append((position, failed)) }
        group.addTask {
          let verdict = await verifier.judge(completion: task.goldCompletion(for: problem), problem: problem)
          return (index, verdict.isCorrect ? nil : problem.id)
        }
      }
      for await (position, id) in group { if let id { found.append((position, id)) } }
      return found.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}
