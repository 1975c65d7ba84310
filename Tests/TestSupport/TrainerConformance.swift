import Core
import Foundation
import Synchronization

/// What every trainer keeps, whatever trains. `violations` says in words what one does not.
public struct TrainerConformance: Sendable {
  private let make: @Sendable (_ work: URL) -> any Trainer
  private let base: Checkpoint
  private let folder: URL

  /// - Parameters:
  ///   - folder: Where models may be written.
  ///   - make: A trainer that remembers nothing of another one; `work` is a folder of its own that it may use.
  public init(
    checkpoint: Checkpoint, folder: URL, make: @escaping @Sendable (_ work: URL) -> any Trainer
  ) {
    base = checkpoint
    self.folder = folder
    self.make = make
  }

  public func violations() async -> [String] {
    let checks: [(String, () async throws -> [String])] = [
      ("supervised rows", supervised), ("preference rows", preference), ("seeds", seeds),
      ("nothing to learn", nothing), ("broken model", brokenModel), ("occupied output", occupied),
      ("cancellation", cancellation),
    ]
    var violations: [String] = []
    for (name, check) in checks {
      do { violations += try await check().map { "\(name): \($0)" } } catch {
        violations.append("\(name): threw \(error)")
      }
    }
    return violations
  }

  // MARK: - Rows

  private static let questions = 0..<12
  private static func prompt(_ number: Int) -> String { "Question: What is \(number)+3?\nAnswer:" }

  private static let supervisedRows = TrainingSet.supervised(
    questions.map {
      SupervisedRow(
        problemID: ProblemID("q\($0)"), prompt: prompt($0), completion: TrainingText(text: " \($0 + 3)"))
    })

  private static let preferenceRows = TrainingSet.preference(
    questions.map {
      PreferenceRow(
        problemID: ProblemID("q\($0)"), prompt: prompt($0), chosen: TrainingText(text: " \($0 + 3)"),
        rejected: TrainingText(text: " \($0 + 4)"))
    })

  private static let settings = TrainingSettings(
    epochs: 2, learningRate: 1e-3, batchTokens: 80, batchPairs: 4, warmupFraction: 0, seed: 4)

  private struct Trained {
    let summary: TrainingSummary
    let model: Checkpoint
    let progress: [StageProgress]
  }

  private func train(
    _ rows: TrainingSet, to name: String, from start: Checkpoint? = nil, reference: Checkpoint? = nil,
    _ change: (inout TrainingSettings) -> Void = { _ in }
  ) async throws -> Trained {
    var settings = Self.settings
    change(&settings)
    let seen = Mutex<[StageProgress]>([])
    let output = folder.appending(path: "made-\(name)")
    let summary = try await make(folder.appending(path: "work-\(name)")).train(
      rows, from: start ?? base, reference: reference ?? base, settings: settings, to: output,
      progress: { step in seen.withLock { $0.append(step) } })
    return Trained(
      summary: summary, model: Checkpoint(iteration: 1, folder: output), progress: seen.withLock { $0 })
  }

  private func weights(_ model: Checkpoint) throws -> Data {
    try Data(contentsOf: model.folder.appending(path: "model.safetensors"))
  }

  // MARK: - What comes out

  private func violations(of trained: Trained, rows: Int) throws -> [String] {
    var violations: [String] = []
    let summary = trained.summary
    if summary.steps < 2 { violations.append("\(summary.steps) steps") }
    if summary.tokens < rows { violations.append("\(summary.tokens) tokens in \(rows) rows") }
    for loss in [summary.initialLoss, summary.finalLoss] where !(loss?.isFinite ?? false) {
      violations.append("loss \(loss.map { "\($0)" } ?? "nil")")
    }
    if !trained.progress.contains(where: { $0.completed == $0.total && $0.total > 0 }) {
      violations.append("progress has no end")
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: trained.model.folder.path)
    for file in ["config.json", "model.safetensors", "tokenizer.json"] where !files.contains(file) {
      violations.append("wrote no \(file)")
    }
    if try weights(trained.model) == weights(base) { violations.append("the weights are as before") }
    return violations + litter(beside: trained.model.folder)
  }

  /// What stands half made beside an output.
  private func litter(beside output: URL) -> [String] {
    // A folder that cannot be listed holds nothing either.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let left = names.filter { $0.hasPrefix(".\(output.lastPathComponent).") }
    return left.isEmpty ? [] : ["left \(left) behind"]
  }

  private func supervised() async throws -> [String] {
    try violations(of: await train(Self.supervisedRows, to: "sft"), rows: Self.questions.count)
  }

  /// The first loss of a policy that is its own reference is ln 2 (arXiv 2305.18290, equation 7).
  private func preference() async throws -> [String] {
    let trained = try await train(Self.preferenceRows, to: "dpo") { $0.learningRate = 1e-6 }
    var violations = try violations(of: trained, rows: Self.questions.count)
    if abs((trained.summary.initialLoss ?? 0) - 0.6931) > 1e-3 {
      violations.append("the first loss is \(trained.summary.initialLoss ?? 0)")
    }
    let other = try await train(Self.supervisedRows, to: "reference").model
    let referred = try await train(Self.preferenceRows, to: "referred", reference: other) { $0.learningRate = 1e-6 }
    if try weights(referred.model) == weights(trained.model) { violations.append("another reference changes nothing") }
    let started = try await train(Self.preferenceRows, to: "started", from: other) { $0.learningRate = 1e-6 }
    if try weights(started.model) == weights(referred.model) { violations.append("another start changes nothing") }
    return violations
  }

  private func seeds() async throws -> [String] {
    var violations: [String] = []
    let first = try await train(Self.supervisedRows, to: "first")
    let second = try await train(Self.supervisedRows, to: "second")
    if first.summary != second.summary { violations.append("another summary the second time") }
    if try weights(first.model) != weights(second.model) { violations.append("not the same twice") }
    let other = try await train(Self.supervisedRows, to: "other") { $0.seed = 5 }
    if try weights(other.model) == weights(first.model) { violations.append("another seed changes nothing") }
    return violations
  }

  // MARK: - What must not come out

  private func refused(_ name: String, _ work: () async throws -> Trained) async -> [String] {
    let output = folder.appending(path: "made-\(name)")
    do {
      _ = try await work()
      return ["is taken"]
    } catch {
      var violations = "\(error)".contains("\n") ? ["a refusal of several lines: \(error)"] : []
      if FileManager.default.fileExists(atPath: output.path) { violations.append("wrote something all the same") }
      return violations + litter(beside: output)
    }
  }

  private func nothing() async throws -> [String] {
    await refused("nothing") { try await train(.supervised([]), to: "nothing") }
  }

  private func brokenModel() async throws -> [String] {
    let broken = folder.appending(path: "broken")
    try FileManager.default.createDirectory(at: broken, withIntermediateDirectories: true)
    for file in ["config.json", "tokenizer.json"] {
      try FileManager.default.copyItem(at: base.folder.appending(path: file), to: broken.appending(path: file))
    }
    return await refused("broken-output") {
      try await train(Self.supervisedRows, to: "broken-output", from: Checkpoint(iteration: 0, folder: broken))
    }
  }

  /// What stands there is somebody's.
  private func occupied() async throws -> [String] {
    let output = folder.appending(path: "made-occupied")
    try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
    let file = output.appending(path: "file")
    try Data("theirs".utf8).write(to: file)
    do {
      _ = try await train(Self.supervisedRows, to: "occupied")
      return ["takes a place that is taken"]
    } catch {
      let found = try FileManager.default.contentsOfDirectory(atPath: output.path)
      return found == ["file"] ? litter(beside: output) : ["left \(found) where 'file' was"]
    }
  }

  private func cancellation() async throws -> [String] {
    // Cancelled by its own first step: a test that has to wait for its turn would come after the last.
    let running = Mutex<(@Sendable () -> Void)?>(nil)
    let output = folder.appending(path: "made-cancelled")
    var settings = Self.settings
    settings.epochs = 2_000
    let task = Task { [settings] in
      try await make(folder.appending(path: "work-cancelled")).train(
        Self.supervisedRows, from: base, reference: base, settings: settings, to: output,
        progress: { _ in running.withLock { $0 }?() })
    }
    running.withLock { $0 = { task.cancel() } }
    let result = await task.result
    var violations = litter(beside: output)
    if case .failure(let error) = result, !(error is CancellationError) { violations.append("ended with \(error)") }
    if case .success = result { violations.append("did not end") }
    if FileManager.default.fileExists(atPath: output.path) { violations.append("wrote something all the same") }
    return violations
  }
}
