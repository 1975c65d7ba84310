import ArgumentParser
import Core
import Dashboard
import Foundation
import Iteration
import RunStore

/// `reversal serve`: runs in a browser, also while they go.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Show runs in a browser: progress and curves while they go, and every answer.",
    discussion: """
      Prints the address to open and serves until Ctrl-C. A run is only read: nothing is written into its folder, and nothing \
      that works on it waits. Summaries and the search index lie in a cache folder and can be thrown away.

      Other addresses than this machine's own need a token, from --token-file or REVERSAL_TOKEN. Open ADDRESS#TOKEN once, or \
      type it into the form; programs send it as Authorization: Bearer. /metrics speaks Prometheus' text format.
      """)

  @Argument(help: "Runs' folders, or folders of runs.", completion: .directory)
  var folders: [String]

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "The port to listen on; 0 takes any free one.")
  var port = 8080

  @Option(help: "A file that holds the token readers must show.", completion: .file())
  var tokenFile: String?

  @Option(help: "A further name under which browsers know this machine, as behind a proxy. May be given several times.")
  var allowHost: [String] = []

  @Option(
    help: "Where summaries and search indexes are kept (default: ~/.cache/reversal/browse).", completion: .directory)
  var cache: String?

  func run() async throws {
    let server = try DashboardServer(
      runs: try runs(),
      options: DashboardServer.Options(
        host: host, port: port, token: try token(), allowedHosts: allowHost, cache: cache.map { URL(filePath: $0) }),
      evaluation: Self.evaluation)
    try await server.run { address in
      Console.show("Open \(address) (Ctrl-C ends)")
      // It is read while the server goes on.
      fflush(nil)
    }
  }

  private func runs() throws -> [URL] {
    var found: [URL] = []
    for folder in folders {
      for run in try RunStore.runs(in: URL(filePath: folder).standardizedFileURL) where !found.contains(run) {
        found.append(run)
      }
    }
    return found
  }

  /// The file goes before the environment.
  private func token() throws -> AccessToken? {
    if let tokenFile {
      let bytes = try JSONLines.contents(of: URL(filePath: tokenFile))
      return try AccessToken(String(decoding: bytes, as: UTF8.self), from: tokenFile)
    }
    guard let text = ProcessInfo.processInfo.environment["REVERSAL_TOKEN"], !text.isEmpty else { return nil }
    return try AccessToken(text, from: "REVERSAL_TOKEN")
  }

  /// The audit's choice: as many samples of the same test questions in every iteration.
  private static func evaluation(of run: RunReader) throws -> EvaluationSamples {
    let evaluation = try RunConfiguration(manifest: run.manifest, of: run.folder).evaluation
    var test: [ProblemID] = []
    var last = -1
    while true {
      let problems = try run.problems(after: last, limit: 2_000)
      guard let end = problems.last else { break }
      test += problems.filter { $0.content.split == .test }.map(\.content.problem.id)
      last = end.key
    }
    return EvaluationSamples(
      questions: evaluation.questions == nil ? nil : Set(evaluation.sampledQuestions(of: test)),
      samples: evaluation.samples)
  }
}
