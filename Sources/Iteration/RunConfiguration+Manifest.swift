import Core
import Foundation
import RunStore

extension RunConfiguration {
  /// The settings a run was created with.
  ///
  /// - Throws: `RunError` where the manifest holds none that this version can read.
  public init(manifest: RunManifest, of folder: URL) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      self = try decoder.decode(RunConfiguration.self, from: Foundation.Data(manifest.configuration.utf8))
    } catch {
      throw RunError(
        .damaged, file: folder.path, "the settings in its manifest cannot be read; start a new run from config.yaml")
    }
  }

  /// Every setting of a run by its dotted key, but `threads`, which its environments tell.
  ///
  /// - Throws: `RunError` where the manifest holds none.
  public static func settings(of manifest: RunManifest, in folder: URL) throws -> [String: String] {
    let recorded = try RunConfiguration(manifest: manifest, of: folder)
    var settings: [String: String] = [:]
    flatten(
      try JSONSerialization.jsonObject(with: Foundation.Data(try json(recorded).utf8)), under: "", into: &settings)
    settings["threads"] = nil
    settings["task"] = "\(manifest.task) version \(manifest.taskVersion)"
    return settings
  }

  func manifest(
    task: TaskBinding, outOfDistributionTask: TaskBinding?, toolVersion: String, environment: RunEnvironment?,
    createdAt: Date
  ) throws -> RunManifest {
    RunManifest(
      toolVersion: toolVersion, createdAt: createdAt, task: task.name, taskVersion: task.version,
      outOfDistributionTask: outOfDistributionTask?.name,
      outOfDistributionTaskVersion: outOfDistributionTask?.version, method: method.rawValue, iterations: iterations,
      seed: seed, configuration: try Self.json(self),
      firstIterationSettings: try firstIterationSettings(task: task, outOfDistributionTask: outOfDistributionTask),
      environment: environment)
  }

  /// What decides M_1 and its answers, by dotted key: everything but the method, T, the selection, the later training,
  /// and what changes no result. The problems themselves are compared one by one.
  private func firstIterationSettings(
    task: TaskBinding, outOfDistributionTask: TaskBinding?
  ) throws -> [String: String] {
    struct Determinants: Encodable {
      let model: String
      let seed: UInt64
      let sampling: Sampling
      let evaluation: Evaluation
      let prompt: Prompt?
      let training: [String: TrainingSettings]
      let workerSampling: WorkerSampling?
      let workerTraining: WorkerTraining?
    }
    var sampling = sampling
    sampling.batchSize = nil
    let determinants = Determinants(
      model: model, seed: seed, sampling: sampling, evaluation: evaluation, prompt: prompt,
      training: ["first": training.first], workerSampling: sampler?.workers?.sampling,
      workerTraining: trainer?.training)
    var settings: [String: String] = [:]
    Self.flatten(
      try JSONSerialization.jsonObject(with: Foundation.Data(try Self.json(determinants).utf8)), under: "",
      into: &settings)
    if let sampler = sampler?.endpoint { settings["sampler"] = "\(sampler.model) by \(sampler.api.rawValue)" }
    settings["task"] = "\(task.name) version \(task.version)"
    if let other = outOfDistributionTask { settings["data.ood_task"] = "\(other.name) version \(other.version)" }
    return settings
  }

  private static func flatten(_ value: Any, under path: String, into settings: inout [String: String]) {
    guard let mapping = value as? [String: Any] else {
      settings[path] = "\(value)"
      return
    }
    for (key, value) in mapping { flatten(value, under: path.isEmpty ? key : "\(path).\(key)", into: &settings) }
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
