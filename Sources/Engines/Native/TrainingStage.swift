import Core
import Foundation
import LanguageModel

/// One training from a model folder to another, or to an adapter's.
struct TrainingStage {
  private let model: Model
  private let adapter: LowRankAdapter?
  /// The model that preference rows are compared with; nil for the one that training starts from.
  private let reference: URL?
  private let examples: TrainingExamples
  private let settings: FineTuningSettings
  private let options: NativeTrainingOptions
  private let folder: URL

  /// - Throws: What is wrong with rows or model, or that memory does not suffice, in one line.
  init(
    _ rows: TrainingSet, from folder: URL, reference: URL, _ settings: FineTuningSettings,
    _ options: NativeTrainingOptions
  ) throws {
    self.folder = folder
    self.settings = settings
    self.options = options
    let configuration = try ModelConfiguration(contentsOf: folder)
    let tokenizer = try Tokenizer(contentsOf: folder)
    try LoadedModel.check(tokenizer, configuration, folder: folder)
    examples = try RowEncoder(tokenizer, configuration, folder: folder).examples(rows)

    let adapterSettings: LowRankSettings? =
      switch options.weights {
      case .all: nil
      case .newAdapter(let settings): settings
      case .adapter(let folder): try LowRankSettings(trainedIn: folder)
      }
    try adapterSettings?.check()
    let memory = try MemoryCheck(folder, configuration, adapter: adapterSettings, examples, settings)
    options.onEstimate(memory.estimate)
    if options.checksMemory { try memory.refuse(beyond: SystemMemory.room) }

    model = try adapterSettings == nil ? Model(contentsOf: folder) : Model(storedIn: folder)
    adapter =
      switch options.weights {
      case .all: nil
      case .newAdapter(let low): try LowRankAdapter(low, for: model, seed: settings.seed)
      case .adapter(let folder): try LowRankAdapter(contentsOf: folder, for: model)
      }
    // The model that training starts from needs no copy: its log-probabilities are computed before the first step.
    let isStart = reference.standardizedFileURL == folder.standardizedFileURL
    self.reference = isStart ? nil : reference
  }

  func train(
    to output: URL, isCancelled: () -> Bool, onStep: (TrainingStep) throws -> Void
  ) throws {
    let states = NativeTrainingOptions.stateFolder(for: output)
    // What only training needs is gone before the result is written.
    try run(states) { step in
      if isCancelled() { throw CancellationError() }
      if let step { try onStep(step) }
    }
    try save(to: output)
    // A state that cannot be removed is refused, and named, by the next training to the same folder.
    try? FileManager.default.removeItem(at: states)
  }

  /// - Parameter observe: Called after each step, and without one while the reference is computed; throws to stop.
  private func run(_ states: URL, observe: (TrainingStep?) throws -> Void) throws {
    let training = try fineTuning(checkCancellation: { try observe(nil) })
    if let state = try TrainingCheckpoint.latest(in: states) {
      guard options.resumes else {
        throw InputError(
          file: states.path,
          "holds step \(state.step) of an interrupted training; continue with --resume, or remove it")
      }
      try training.resume(from: state)
    }
    try options.onStart(training.completedSteps)
    while let step = training.step() {
      guard step.loss.isFinite, step.gradientNorm.isFinite else {
        throw ModelError(
          .system,
          "training diverged at step \(step.step) of \(step.totalSteps): the loss is \(step.loss); lower the learning rate"
        )
      }
      try observe(step)
      if let interval = options.saveInterval, step.step % interval == 0 { try training.save(in: states) }
    }
  }

  /// The training before its first step. What the reference takes is gone by then: it is smaller than the gradients and
  /// moments that follow, and not part of the estimate.
  private func fineTuning(checkCancellation: () throws -> Void) throws -> FineTuning {
    let compared: Model? = if case .preference = examples { try reference.map { try Model(storedIn: $0) } } else { nil }
    return try FineTuning(
      model, adapter: adapter, on: examples, reference: compared, settings, checkCancellation: checkCancellation)
  }

  private func save(to output: URL) throws {
    guard let adapter else {
      return try model.save(to: output, auxiliaryFilesFrom: folder, elementType: .float32)
    }
    if options.mergesAdapter {
      try model.save(merging: adapter, to: output, auxiliaryFilesFrom: folder)
    } else {
      try adapter.save(to: output, baseModel: folder.path)
    }
  }
}
