import ArgumentParser
import Core
import Foundation
import Iteration
import RunStore

/// `reversal fsck`: whether a run is what it was made to be.
struct FsckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fsck",
    abstract: "Verify a run and name what is wrong with it.",
    discussion: """
      Examines the database, holds every problem, answer, training set and checkpoint to the SHA-256 that was recorded when \
      it was made, reads every model, and makes the audit of a finished run again to compare it. One line for each fault \
      with what to do about it, and for each note. Changes nothing. On a folder of runs it examines each. Exit status: 0 \
      whole, 1 something is wrong, 2 no run. --json prints one object a run, one a line.
      """)

  @Argument(help: "A run's folder, or a folder of runs.", completion: .directory)
  var folder: String

  @Flag(help: "JSON Lines instead of text.")
  var json = false

  func run() async throws {
    var isWhole = true
    for run in try RunStore.runs(in: URL(filePath: folder).standardizedFileURL) {
      let result = try Self.examine(run)
      isWhole = isWhole && result.isWhole
      if json {
        print(try JSONLines.line(result))
      } else {
        for line in result.lines { Console.show(line) }
      }
    }
    if !isWhole { throw ExitCode(1) }
  }

  private static func examine(_ folder: URL) throws -> RunVerification {
    let (store, found) = try RunStore.inspect(folder)
    guard let store else { return RunVerification(folder: folder.path, findings: found) }
    var findings =
      found
      + RunExamination.findings(in: store) {
        try Wiring.checkModel(
          of: RunConfiguration(manifest: store.manifest, of: store.folder), at: $0, threads: nil, checksMemory: false)
      }
    // An audit of what is damaged would say nothing of the audit that stands there.
    if !findings.contains(where: { $0.severity == .fault && $0.subject == RunExamination.databaseName }) {
      findings += try AuditedRun.findings(in: store)
    }
    return RunVerification(folder: folder.path, findings: findings)
  }
}

/// What was found in one run.
private struct RunVerification: Encodable {
  let folder: String
  let findings: [Finding]

  var isWhole: Bool { !findings.contains { $0.severity == .fault } }

  /// For people; names in it come from the run.
  var lines: [String] {
    let faults = findings.count { $0.severity == .fault }
    let lines = findings.map { finding in
      let place = finding.subject.hasPrefix("/") ? finding.subject : "\(folder)/\(finding.subject)"
      return "\(place): \(finding.severity == .note ? "note: " : "")\(finding.message)"
    }
    let verdict = isWhole ? "whole" : faults == 1 ? "1 fault" : "\(faults) faults"
    return lines + ["\(folder): \(verdict)"]
  }

  private enum CodingKeys: String, CodingKey { case folder, findings, whole }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(folder, forKey: .folder)
    try container.encode(isWhole, forKey: .whole)
    try container.encode(findings, forKey: .findings)
  }
}
