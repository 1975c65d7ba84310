import Core
import Foundation
import RunStore

extension SelfImprovement {
  /// Makes the folder of a run that has done nothing yet; `init` and `run` then do its work.
  ///
  /// - Parameters:
  ///   - configurationText: The YAML file as the user wrote it, kept beside the database.
  ///   - toolVersion: Of this program, for the manifest.
  ///   - environment: What this process works in, for the manifest.
  /// - Throws: `InputError` where the folder is occupied, the model's folder does not exist, a data set is empty, or ids
  ///   occur twice; nothing is left behind then.
  public static func createRun(
    at folder: URL, configuration: RunConfiguration, data: RunData, task: TaskBinding,
    outOfDistributionTask: TaskBinding? = nil, configurationText: String? = nil, toolVersion: String,
    environment: RunEnvironment? = nil, now: @escaping @Sendable () -> Date = { Date() }
  ) throws -> RunStore {
    try RunStore.refuseOccupied(folder)
    try refuseEmpty(data, configuration)
    guard FileManager.default.fileExists(atPath: configuration.model) else {
      throw InputError(
        file: configuration.model, "no such model folder; set 'model' to a folder in the Hugging Face layout")
    }
    var recorded = configuration
    recorded.sampling.stop = configuration.sampling.stop ?? task.stop
    let plan = RunPlan(
      configuration: recorded, trainCount: data.train.count, testCount: data.test.count,
      outOfDistributionCount: data.outOfDistribution.count)
    func problems(_ split: Split, _ problems: [Problem], _ task: TaskBinding) throws -> [RunProblem] {
      try problems.map { RunProblem(split: split, problem: $0, prompt: try task.prompt($0.question)) }
    }
    return try RunStore.create(
      at: folder,
      manifest: try recorded.manifest(
        task: task, outOfDistributionTask: outOfDistributionTask, toolVersion: toolVersion,
        environment: environment, createdAt: now()),
      problems: try problems(.train, data.train, task) + problems(.test, data.test, task)
        + problems(.outOfDistribution, data.outOfDistribution, outOfDistributionTask ?? task),
      stages: plan.stages, configurationText: configurationText, environment: environment, now: now)
  }

  private static func refuseEmpty(_ data: RunData, _ configuration: RunConfiguration) throws {
    guard !data.train.isEmpty else {
      throw InputError(file: configuration.data?.train, "holds no training problem; give a data set with at least one")
    }
    guard !data.test.isEmpty else {
      throw InputError(file: configuration.data?.test, "holds no test problem; give a data set with at least one")
    }
    if let file = configuration.data?.ood, data.outOfDistribution.isEmpty {
      throw InputError(file: file, "holds no out-of-distribution problem; give a data set with at least one")
    }
  }

  static func refuseOtherTask(_ task: TaskBinding, _ other: TaskBinding?, in store: RunStore) throws {
    let manifest = store.manifest
    func refuse(_ name: String, _ version: Int, _ task: TaskBinding) throws {
      guard name != task.name || version != task.version else { return }
      throw InputError(
        file: store.folder.path,
        "the run was begun with task \(name) version \(version), this reversal has \(task.name) version \(task.version); "
          + "finish it with the version that began it (\(manifest.toolVersion)) or start a new run")
    }
    try refuse(manifest.task, manifest.taskVersion, task)
    if let name = manifest.outOfDistributionTask, let version = manifest.outOfDistributionTaskVersion {
      try refuse(name, version, other ?? task)
    }
  }
}
