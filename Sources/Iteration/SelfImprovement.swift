import Core
import Foundation
import RunStore
import Storage

/// Iterative self-improvement (arXiv 2407.05013, Algorithm 1), on a store that remembers every stage that is done.
public struct SelfImprovement: Sendable {
  let store: RunStore
  let configuration: RunConfiguration
  let plan: RunPlan
  let seeds: StageSeeds
  let task: TaskBinding
  let outOfDistributionTask: TaskBinding
  let sampler: any Sampler
  let trainer: any Trainer
  let observer: RunObserver
  let lineage: CheckpointLineage

  /// The loop of the run in `store`, wherever it stands.
  ///
  /// - Throws: `InputError` where a task is not the one, or not the version, that the run was begun with.
  public init(
    store: RunStore, task: TaskBinding, outOfDistributionTask: TaskBinding? = nil, sampler: any Sampler,
    trainer: any Trainer, observer: @escaping RunObserver = { _ in }
  ) throws {
    try Self.refuseOtherTask(task, outOfDistributionTask, in: store)
    self.store = store
    self.task = task
    self.outOfDistributionTask = outOfDistributionTask ?? task
    self.sampler = sampler
    self.trainer = trainer
    self.observer = observer
    configuration = try RunConfiguration(manifest: store.manifest, of: store.folder)
    plan = RunPlan(
      configuration: configuration, trainCount: try store.problems(.train).count,
      testCount: try store.problems(.test).count, outOfDistributionCount: try store.problems(.outOfDistribution).count)
    seeds = StageSeeds(seed: configuration.seed)
    lineage = CheckpointLineage(store: store)
  }

  /// Does what is not done yet.
  public func run() async throws {
    for iteration in 1...configuration.iterations {
      try select(iteration)  // D_t out of the judged answers of M_{t-1}; D itself for M_1
      try await train(iteration)  // M_t ← F_t(M_{t-1} | D_t)
      for stage in plan.answering(iteration) {  // what is measured of M_t, and what M_{t+1} learns from
        try await sampleAndJudge(StageKey(iteration, stage))
      }
    }
  }
}

// MARK: - Select

extension SelfImprovement {
  private func select(_ iteration: Int) throws {
    let key = StageKey(iteration, .select)
    guard try !store.stage(key).isFinished else { return }
    let rows = try trainingSet(iteration)
    let step = configuration.method.step(at: iteration)
    try store.recordTrainingSet(rows, iteration: iteration, answering: step.answeringIteration(for: iteration))
    report(key, StageProgress(completed: rows.count, total: rows.count, unit: "rows"))
  }

  private func trainingSet(_ iteration: Int) throws -> TrainingSet {
    let builder = TrainingSetBuilder(
      selection: configuration.selection, seed: seeds.selection(iteration: iteration))
    switch configuration.method.step(at: iteration) {
    case .humanAnswers: return .supervised(builder.shuffled(try humanAnswers()))
    case .selfSFT: return .supervised(builder.shuffled(try supervisedRows(builder, from: iteration - 1)))
    case .selfDPO:
      var rows: [PreferenceRow] = []
      try store.forEachProblem(.train, iteration: iteration - 1, decoding: .sampled) { problem, answers in
        rows += builder.preferenceRows(prompt: Self.prompt(problem), answers: answers)
      }
      return .preference(builder.shuffled(rows))
    case .goldAnswers:
      // As many rows as self-SFT takes from M_1, so that the control has as much training and needs no samples.
      return .supervised(builder.repeated(try humanAnswers(), count: try supervisedRows(builder, from: 1).count))
    }
  }

  private func supervisedRows(_ builder: TrainingSetBuilder, from iteration: Int) throws -> [SupervisedRow] {
    var rows: [SupervisedRow] = []
    try store.forEachProblem(.train, iteration: iteration, decoding: .sampled) { problem, answers in
      rows += builder.supervisedRows(prompt: Self.prompt(problem), answers: answers)
    }
    return rows
  }

  private func humanAnswers() throws -> [SupervisedRow] {
    try store.problems(.train).map {
      SupervisedRow(
        problemID: $0.problem.id, prompt: $0.prompt, completion: TrainingText(text: task.goldCompletion($0.problem)))
    }
  }
}

// MARK: - Train

extension SelfImprovement {
  private func train(_ iteration: Int) async throws {
    guard try !store.stage(StageKey(iteration, .train)).isFinished else { return }
    let (summary, origin) = try await trainCheckpoint(iteration)
    let content = try FolderContent(of: store.checkpointFolder(iteration))
    try store.recordTraining(summary, iteration: iteration, content: content, from: origin)
    lineage.trust(iteration)
    report(
      StageKey(iteration, .train), StageProgress(completed: summary.steps, total: summary.steps, unit: "steps"))
  }

  /// M_t, which is what the run recorded of it. One that is needed and was removed is trained again: it depends on rows
  /// and seeds alone.
  func checkpoint(_ iteration: Int) async throws -> Checkpoint {
    let folder = iteration == 0 ? URL(fileURLWithPath: configuration.model) : store.checkpointFolder(iteration)
    let isMissing = iteration > 0 && !store.hasCheckpoint(iteration)
    if isMissing { _ = try await trainCheckpoint(iteration) }
    try lineage.check(iteration, at: folder, isMadeAgain: isMissing)
    return Checkpoint(iteration: iteration, folder: folder)
  }

  private func trainCheckpoint(_ iteration: Int) async throws -> (TrainingSummary, CheckpointOrigin) {
    let step = configuration.method.step(at: iteration)
    let start = try await checkpoint(step.startingIteration(for: iteration))
    guard let rows = try store.trainingSet(iteration) else {
      return (
        try keepModel(start, as: iteration), CheckpointOrigin(start: start.iteration, reference: nil, training: nil)
      )
    }
    try lineage.check(rows, iteration: iteration)
    var settings =
      switch step {
      case .humanAnswers: configuration.training.first
      case .selfSFT, .goldAnswers: configuration.training.sft
      case .selfDPO: configuration.training.dpo
      }
    settings.seed = seeds.training(iteration: iteration)
    let reference = step == .selfDPO && configuration.reference == .initial ? try await checkpoint(1) : start
    let origin = CheckpointOrigin(
      start: start.iteration, reference: step == .selfDPO ? reference.iteration : nil, training: settings)
    let output = store.checkpointFolder(iteration)
    // A folder without its mark in the database was written by a run that was killed between the two.
    if store.hasCheckpoint(iteration) { try FileManager.default.removeItem(at: output) }
    try NewFolder.createPath(to: output.deletingLastPathComponent())
    let losses = LossRecord(iteration, in: store.folder)
    let summary = try await trainer.train(rows, from: start, reference: reference, settings: settings, to: output) {
      losses.add($0)
      report(StageKey(iteration, .train), $0)
    }
    guard store.hasCheckpoint(iteration) else {
      throw RunError(.engine, file: output.path, "the trainer ended without writing the model; report this as a defect")
    }
    return (summary, origin)
  }
}

extension SelfImprovement {
  /// Nothing was selected, so there is nothing to learn: M_t is the model before, which the audit then shows as it is.
  private func keepModel(_ start: Checkpoint, as iteration: Int) throws -> TrainingSummary {
    guard try store.stage(StageKey(iteration, .select)).done == 0 else {
      throw RunError(
        .damaged, file: store.databaseFile.path, "the training set of iteration \(iteration) is gone; start a new run")
    }
    try NewFolder.replace(store.checkpointFolder(iteration), withFilesOf: start.folder)
    report(
      StageKey(iteration, .train),
      StageProgress(completed: 0, total: 0, unit: "steps", note: "nothing to learn: the model before stays"))
    return TrainingSummary(steps: 0, tokens: 0, initialLoss: nil, finalLoss: nil)
  }

  func report(_ stage: StageKey, _ progress: StageProgress) {
    observer(RunUpdate(stage: stage, iterations: configuration.iterations, progress: progress))
  }

  static func prompt(_ problem: RunProblem) -> Prompt { Prompt(problemID: problem.problem.id, text: problem.prompt) }
}
