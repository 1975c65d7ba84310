import Core
import Engines
import Foundation
import LanguageModel
import Storage
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
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    guard !FileManager.default.fileExists(atPath: options.out) else { return try end() }
    let log = try options.log.map(TrainLog.init(path:))
    let estimate = Mutex<Int?>(nil)
    let start = Mutex(0)
    var engine = engineOptions
    engine.onEstimate = { found in
      estimate.withLock { $0 = found.total }
      Console.say(Self.line(found))
    }
    engine.onStart = { steps in
      start.withLock { $0 = steps }
      if steps > 0 { Console.say("continuing after step \(steps)") }
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
      Console.say("step \(progress.completed) of \(progress.total)  \(progress.note ?? "")")
    }
    print(
      try JSONLines.line(
        Summary(
          training: summary, resumedFrom: start.withLock { $0 }, estimatedBytes: estimate.withLock { $0 },
          peakBytes: SystemMemory.peak)))
  }

  /// One training at a time: two would remove each other's states.
  private func lock() throws -> FileLock {
    let out = URL(filePath: options.out).standardizedFileURL
    do {
      return try FileLock(
        out.deletingLastPathComponent().appending(path: ".\(out.lastPathComponent).lock"), temporary: true)
    } catch let held as FileLock.Held {
      throw InputError(file: options.out, "\(held.name) is training to it; wait for it, or choose another --out")
    } catch let error as StorageError {
      throw error.naming(options.out)
    }
  }

  /// The result is there. It is this training's where its states are too: the process ended before it could remove them.
  private func end() throws {
    let states = NativeTrainingOptions.stateFolder(for: URL(filePath: options.out))
    guard options.resume, FileManager.default.fileExists(atPath: states.path) else {
      throw InputError(file: options.out, "exists already; choose another --out")
    }
    try FileManager.default.removeItem(at: states)
    Console.say("\(options.out) is complete, nothing is left to do")
    let nothing = TrainingSummary(steps: 0, tokens: 0, initialLoss: nil, finalLoss: nil)
    print(
      try JSONLines.line(
        Summary(training: nothing, resumedFrom: 0, estimatedBytes: nil, peakBytes: SystemMemory.peak)))
  }

  private static func line(_ estimate: MemoryEstimate) -> String {
    let parts = [
      ("weights", estimate.weights), ("gradients", estimate.gradients), ("optimizer", estimate.optimizer),
      ("activations", estimate.activations), ("workspace", estimate.workspace), ("program and rows", estimate.resident),
    ]
    func megabytes(_ bytes: Int) -> String { String(format: "%.1f MB", Double(bytes) / 1e6) }
    return "memory: " + parts.map { "\($0) \(megabytes($1))" }.joined(separator: ", ")
      + "; together \(megabytes(estimate.total)), free \(megabytes(SystemMemory.room.left()))"
  }
}
