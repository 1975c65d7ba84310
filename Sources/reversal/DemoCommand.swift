import ArgumentParser
import Core
import Engines
import Foundation
import Iteration
import Report
import RunStore
import Sandbox
import Storage
import Tasks

/// `reversal demo`: the whole system on one machine with nothing else installed.
struct DemoCommand: AsyncParsableCommand, InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Let the embedded model improve itself, and report whether it was progress.",
    discussion: """
      Trains the embedded model M_0 on generated word problems, lets it improve itself for five iterations, audits every \
      iteration on questions it has never seen, and writes OUT/report.html. Needs no other files. An interrupted demo \
      goes on with `reversal resume OUT`.
      """)

  enum Method: String, ExpressibleByArgument, CaseIterable {
    case sft, dpo
    case sftDPO = "sft-dpo"
    case all

    var methods: [ImprovementMethod] {
      switch self {
      case .sft: [.sft]
      case .dpo: [.dpo]
      case .sftDPO: [.sftDPO]
      case .all: [.sft, .dpo, .sftDPO]
      }
    }
  }

  @Option(help: "How the model improves: sft, dpo, sft-dpo, or all three from one M_1.") var method = Method.sft
  @Option(help: "Folder of the run; it must not exist or be empty.", completion: .directory) var out = "runs/demo"
  @Option(help: "Seed of the problems, the samples and the training.") var seed: UInt64 = 1
  @Option(help: "Iterations T: the models M_1 … M_T are trained.") var iterations = 5
  @Flag(help: "Also run the controls: M_1 trained on with human answers, and a second M_1.") var controls = false
  @Option(help: "Processor cores; does not change a result.") var threads = ProcessInfo.processInfo.activeProcessorCount
  @OptionGroup var memory: MemoryOptions

  func validate() throws {
    if iterations < 2 { throw ValidationError("--iterations is \(iterations); give 2 or more") }
    if threads < 1 { throw ValidationError("--threads is \(threads); give 1 or more") }
  }

  var continuation: @Sendable () -> String { RunSession.continuation(of: out) }

  func run() async throws {
    let folder = URL(filePath: out).standardizedFileURL
    try RunStore.refuseOccupied(folder)
    let methods = method.methods + (controls ? [.gold, .restart] : [])
    try Wiring.checkModel(at: EmbeddedModel.folder, threads: threads, checksMemory: memory.memoryCheck)
    let data = DemoSettings.data(seed: seed)
    let task = TaskBinding(ArithmeticTask())
    func create(_ method: ImprovementMethod, at folder: URL) throws {
      // A second M_1 has no iteration beyond the second: each would be another draw of the same noise.
      _ = try SelfImprovement.createRun(
        at: folder,
        configuration: try DemoSettings.configuration(
          method, iterations: method == .restart ? 2 : iterations, seed: seed), data: data, task: task,
        toolVersion: Reversal.configuration.version, environment: .current(threads: threads))
    }
    if methods.count == 1 {
      try create(methods[0], at: folder)
    } else {
      // All of the runs or none: `resume` goes on with those that it finds.
      try NewFolder.createPath(to: folder.deletingLastPathComponent())
      try NewFolder.create(at: folder, replacingEmpty: true) { draft in
        for method in methods { try create(method, at: draft.appending(path: method.rawValue)) }
      }
    }
    try await RunSession.work(onRunsIn: folder, threads: threads, isolation: .bubblewrap, memory: memory)
  }
}
