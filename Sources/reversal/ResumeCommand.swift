import ArgumentParser
import Core
import Foundation
import RunStore

/// `reversal resume`: goes on with an interrupted run, or with each run of a folder of runs.
struct ResumeCommand: AsyncParsableCommand {
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

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads); give 1 or more") }
  }

  func run() async throws {
    let runs = try RunStore.runs(in: URL(fileURLWithPath: folder).standardizedFileURL)
    for run in runs {
      let display = ProgressDisplay()
      if runs.count > 1 { display.say(run.path) }
      let store = try RunStore.open(run, for: .writing)
      for sibling in runs where sibling != run {
        if try store.isFirstIterationFinished() { break }
        // A sibling that was asked for something else, or is not so far, is no fault: the work is done here then.
        do { try store.inheritFirstIteration(from: sibling) } catch is InputError {}
      }
      try await RunSession.work(on: store, threads: threads, display: display)
    }
  }
}
