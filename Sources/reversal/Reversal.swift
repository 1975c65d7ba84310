import ArgumentParser
import ClusterEngine
import Core
import Downloads
import EndpointEngine
import Foundation
import LanguageModel
import RunStore
import Sandbox
import Storage
import Tasks

@main
struct Reversal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reversal",
    abstract: "Is self-improvement progress, or regress?",
    discussion: """
      Runs self-improvement post-training of language models and audits what it did, for own runs or anybody's outputs. \
      Exit status: 0 done, 1 the work failed or was interrupted, 2 bad arguments or bad input, 3 the verdict that 'audit --fail-on' names.
      """,
    version: "0.1.0",
    subcommands: [
      DemoCommand.self, PlanCommand.self, RunCommand.self, ResumeCommand.self, StatusCommand.self, ServeCommand.self,
      ReportCommand.self, ExportCommand.self,
      FsckCommand.self, AuditCommand.self, CompareCommand.self, SampleCommand.self, LogprobsCommand.self,
      EmbedCommand.self,
      TokenizeCommand.self, InspectCommand.self, VerifyCommand.self, DataCommand.self, ModelCommand.self,
      TrainCommand.self, PretrainCommand.self, ProblemsCommand.self,
      BenchmarkCommand.self,
    ])

  static func main() async {
    BrokenMapping.watch()
    var continuation: (@Sendable () -> String)?
    do {
      try SystemMemory.refuseWithoutThreads()
      // The task alone works with it, which the compiler cannot see of a command of any type.
      nonisolated(unsafe) let command = try parseAsRoot()
      continuation = unsafe (command as? any InterruptibleCommand)?.continuation
      let work = Task { try await perform(unsafe command) }
      if let continuation { Interruption.watch(continuation) { work.cancel() } }
      try await work.value
    } catch is CancellationError {
      Interruption.tell(continuation?() ?? "run the command again")
      Foundation.exit(1)
    } catch {
      end(with: error)
    }
  }

  private static func perform(_ command: any ParsableCommand) async throws {
    var command = command
    if var asynchronous = command as? any AsyncParsableCommand {
      try await asynchronous.run()
    } else {
      try command.run()
    }
  }

  /// One line for the user, and the exit status that the interface promises.
  private static func end(with error: any Error) -> Never {
    switch error {
    case let error as InputError: end(2, error.description)
    case let error as ModelError: end(error.code == .badInput ? 2 : 1, error.description)
    case let error as RunError: end(1, error.description)
    case let error as StorageError: end(error.code == .badInput ? 2 : 1, error.description)
    case let error as ClusterError:
      end([.badSpecification, .badData].contains(error.code) ? 2 : 1, error.description)
    case let error as SandboxError: end(1, error.description)
    case let error as EndpointError: end(1, error.description)
    case let error as DownloadError: end(1, error.description)
    case is PlanFailure: end(1, "the run does not fit as it is planned; see what cannot be done above")
    case let error as VerdictFailure: end(3, "the verdict is \(error.verdict.rawValue), which --fail-on names")
    case let error as CocoaError:
      // Whoever reads the output has read enough. Where a server is asked, the signal that ends other programs then is
      // ignored for the sake of its connections.
      if let cause = error.underlying as? NSError, cause.domain == NSPOSIXErrorDomain,
        cause.code == Int(EPIPE)
      {
        _ = signal(SIGPIPE, SIG_DFL)
        _ = raise(SIGPIPE)
      }
      end(1, "\(error.localizedDescription); check the path, its permissions and free space")
    default:
      // ArgumentParser's own: help and version are no failure, a wrong argument ends with its usage.
      if exitCode(for: error) == .validationFailure {
        for line in fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false) {
          Console.say(String(line))
        }
        Foundation.exit(2)
      }
      exit(withError: error)
    }
  }

  private static func end(_ status: Int32, _ message: String) -> Never {
    Console.say("reversal: " + message)
    Foundation.exit(status)
  }
}
