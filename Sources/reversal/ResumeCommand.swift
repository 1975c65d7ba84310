import ArgumentParser
import Foundation

/// `reversal resume`: goes on with an interrupted run, or with each run of a folder of runs.
struct ResumeCommand: AsyncParsableCommand, InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with an interrupted run.",
    discussion: """
      Does what is not done yet and then the audit; what is done stays. The result is the one of a run that was never \
      interrupted. On a folder of runs it goes on with each; a run whose first iteration is not done takes it over from \
      another one in the folder where the settings allow it.
      """)

  @Argument(help: "A run's folder, or a folder of runs.", completion: .directory)
  var folder: String

  @Option(help: "Processor cores; instead of the configuration's. Changes no result.")
  var threads: Int?

  @OptionGroup var server: ServerOptions
  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var memory: MemoryOptions

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads); give 1 or more") }
  }

  var continuation: @Sendable () -> String { RunSession.continuation(of: folder) }

  func run() async throws {
    try await RunSession.work(
      onRunsIn: URL(filePath: folder).standardizedFileURL, threads: threads, isolation: execution.isolation,
      memory: memory, server: server.applied)
  }
}
