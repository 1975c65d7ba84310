import ArgumentParser
import Core
import Foundation
import RunStore

/// `reversal report`: the report of a finished run, or one report over a folder of runs, written anew.
struct ReportCommand: AsyncParsableCommand, InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Audit a finished run again and write its report.",
    discussion: "Writes DIR/audit.json and DIR/report.html; for a folder of runs also one report over all of them.")

  @Argument(help: "A run's folder, or a folder of runs.", completion: .directory) var folder: String

  var continuation: @Sendable () -> String {
    { [folder] in "go on with: reversal report \(folder.shellWord)" }
  }

  func run() async throws {
    try await RunSession.report(onRunsIn: URL(filePath: folder).standardizedFileURL)
  }
}
