import ArgumentParser
import Core
import Downloads
import Foundation
import LanguageModel
import RunStore
import Sandbox
import Tasks

@main
struct Reversal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reversal",
    abstract: "Is self-improvement progress, or regress?",
    discussion: """
      Runs self-improvement post-training of language models and audits what it did, for own runs or anybody's outputs. \
      Exit status: 0 done, 1 the work failed, 2 bad arguments or bad input, 3 the verdict that 'audit --fail-on' names.
      """,
    version: "0.1.0",
    subcommands: [
      DemoCommand.self, RunCommand.self, ResumeCommand.self, StatusCommand.self, ReportCommand.self, ExportCommand.self,
      AuditCommand.self, CompareCommand.self, SampleCommand.self, LogprobsCommand.self, EmbedCommand.self,
      TokenizeCommand.self, InspectCommand.self, VerifyCommand.self, DataCommand.self, ModelCommand.self,
      TrainCommand.self, PretrainCommand.self, ProblemsCommand.self,
      BenchmarkCommand.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      end(with: error)
    }
  }

  /// One line for the user, and the exit status that the interface promises.
  private static func end(with error: any Error) -> Never {
    switch error {
    case let error as InputError: end(2, error.description)
    case let error as ModelError: end(error.code == .badInput ? 2 : 1, error.description)
    case let error as RunError: end(1, error.description)
    case let error as SandboxError: end(1, error.description)
    case let error as DownloadError: end(1, error.description)
    case let error as VerdictFailure: end(3, "the verdict is \(error.verdict.rawValue), which --fail-on names")
    case is CancellationError: end(1, "interrupted")
    case let error as CocoaError:
      end(1, "\(error.localizedDescription); check the path, its permissions and free space")
    default:
      // ArgumentParser's own: help and version are no failure, a wrong argument ends with its usage.
      if exitCode(for: error) == .validationFailure {
        complain(fullMessage(for: error))
        Foundation.exit(2)
      }
      exit(withError: error)
    }
  }

  private static func end(_ status: Int32, _ message: String) -> Never {
    complain("reversal: " + message)
    Foundation.exit(status)
  }

  private static func complain(_ text: String) {
    // Nobody may be listening any more; the exit status still tells.
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
  }
}
