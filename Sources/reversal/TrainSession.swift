import Core
import Engines
import Foundation
import LanguageModel
import Synchronization

/// Runs one training for `reversal train`: progress to standard error, the summary to standard output.
struct TrainSession {
  let options: TrainOptions
  let settings: TrainingSettings
  let engineOptions: NativeTrainingOptions

  private struct Summary: Encodable {
    let training: TrainingSummary
    let resumedFrom: Int
    let estimatedBytes: Int?
    let peakBytes: Int?

    enum CodingKeys: String, CodingKey {
      case resumedFrom = "resumed_from"
      case estimatedBytes = "estimated_bytes"
      case peakBytes = "peak_bytes"
    }

    func encode(to encoder: any Encoder) throws {
      try training.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      if resumedFrom > 0 { try container.encode(resumedFrom, forKey: .resumedFrom) }
      try container.encode(estimatedBytes, forKey: .estimatedBytes)
      try container.encode(peakBytes, forKey: .peakBytes)
    }
  }

  func run(_ rows: TrainingSet) async throws {
    guard !FileManager.default.fileExists(atPath: options.out) else {
      throw InputError(file: options.out, "exists already; choose another --out")
    }
    let log = try options.log.map(TrainLog.init(path:))
    let estimate = Mutex<Int?>(nil)
    let start = Mutex(0)
    var engine = engineOptions
    engine.onEstimate = { found in
      estimate.withLock { $0 = found.total }
      Self.say(Self.line(found))
    }
    engine.onStart = { steps in
      start.withLock { $0 = steps }
      if steps > 0 { Self.say("continuing after step \(steps)") }
      try log?.start(after: steps)
    }
    engine.onStep = { try log?.add($0) }
    let checkpoint = Checkpoint(iteration: 0, folder: URL(filePath: options.model))
    let summary = try await NativeTrainer(threads: options.threads, options: engine).train(
      rows, from: checkpoint, reference: checkpoint, settings: settings, to: URL(filePath: options.out)
    ) { progress in
      guard progress.completed % max(1, progress.total / 20) == 0 || progress.completed == progress.total else {
        return
      }
      Self.say("step \(progress.completed) of \(progress.total)  \(progress.note ?? "")")
    }
    print(
      try JSONLines.line(
        Summary(
          training: summary, resumedFrom: start.withLock { $0 }, estimatedBytes: estimate.withLock { $0 },
          peakBytes: SystemMemory.peak)))
  }

  private static func line(_ estimate: MemoryEstimate) -> String {
    let parts = [
      ("weights", estimate.weights), ("gradients", estimate.gradients), ("optimizer", estimate.optimizer),
      ("activations", estimate.activations), ("workspace", estimate.workspace), ("program and rows", estimate.resident),
    ]
    func megabytes(_ bytes: Int) -> String { String(format: "%.1f MB", Double(bytes) / 1e6) }
    return "memory: " + parts.map { "\($0) \(megabytes($1))" }.joined(separator: ", ")
      + "; together \(megabytes(estimate.total)), free \(megabytes(SystemMemory.available))"
  }

  private static func say(_ line: String) {
    // Progress that nobody can read any more must not end the work.
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }
}
