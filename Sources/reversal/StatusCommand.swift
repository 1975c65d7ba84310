import ArgumentParser
import Core
import Foundation
import RunStore

/// `reversal status`: what of a run is done, also while it is being done.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how far a run is, and pass@1, diversity, length and loss so far.",
    discussion: """
      On a folder of runs it shows each. --json prints one object a run, one a line. Colours and lines of dots go by the \
      terminal: none of the former where NO_COLOR is set or the output is piped, none of the latter where the locale is \
      not UTF-8.
      """)

  @Argument(help: "A run's folder, or a folder of runs.", completion: .directory)
  var folder: String

  @Flag(help: "JSON Lines instead of a table.")
  var json = false

  func run() throws {
    let runs = try RunStore.runs(in: URL(fileURLWithPath: folder).standardizedFileURL)
    for (index, run) in runs.enumerated() {
      let store = try RunStore.open(run, for: .reading)
      let status = try RunStatus(of: store, figures: RunFigures.measure(store))
      if json {
        print(try status.json())
      } else {
        if index > 0 { print() }
        for line in Self.table(status) { Console.show(line) }
        Console.show(RunFigures.glance(status))
      }
    }
  }

  private static func table(_ status: RunStatus) -> [String] {
    let state =
      if let process = status.process { "process \(process) is working on it" } else {
        status.isFinished ? "finished" : "interrupted; go on with `reversal resume \(status.folder)`"
      }
    var lines = [
      "\(status.folder): \(status.method) on \(status.task), T = \(status.iterations), seed \(status.seed); \(state)",
      "",
      pad("model", 7) + pad("stage", 16) + pad("done", 20) + "finished",
    ]
    for stage in status.stages {
      let done = "\(stage.done)/\(stage.total.map(String.init) ?? "?") \(stage.unit)"
      lines.append(
        pad("M_\(stage.iteration)", 7) + pad(stage.stage, 16) + pad(done, 20)
          + (stage.finishedAt?.formatted(.iso8601) ?? "-"))
    }
    if status.environments.count > 1 {
      lines += ["", "Not done in one environment; which did which stage: `reversal export \(status.folder) --lineage`"]
      lines += status.environments.map { "  " + $0.traits.map { "\($0.name) \($0.value)" }.joined(separator: ", ") }
    }
    if status.waitingAnswers > 0 {
      lines += ["", "\(status.waitingAnswers) more answers are kept and wait for their verdicts"]
    }
    if let usage = status.tokenUsage {
      lines += ["", "server: \(usage.promptTokens) prompt and \(usage.completionTokens) completion tokens"]
    }
    return lines
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
