import Core
import Foundation
import RunStore

/// Holds what a run has stored to what its plan and its lineage say, and names every difference. Reads only.
public struct RunExamination {
  let store: RunStore
  let plan: RunPlan
  let stages: [StageRecord]
  let artifacts: [Artifact]
  private let checkModel: (URL) throws -> Void
  private(set) var findings: [Finding] = []

  /// - Parameter checkModel: Reads a model folder, and throws what is wrong with it.
  public static func findings(in store: RunStore, checkModel: @escaping (URL) throws -> Void) -> [Finding] {
    do {
      var examination = try RunExamination(store, checkModel: checkModel)
      examination.examine()
      return examination.findings
    } catch {
      return [Finding(.fault, databaseName, reason(error))]
    }
  }

  /// The subject of what was found within the database.
  public static let databaseName = "run.sqlite"

  private init(_ store: RunStore, checkModel: @escaping (URL) throws -> Void) throws {
    self.store = store
    self.checkModel = checkModel
    stages = try store.stages()
    artifacts = try store.artifacts()
    plan = RunPlan(
      configuration: try RunConfiguration(manifest: store.manifest, of: store.folder),
      trainCount: try store.problems(.train).count, testCount: try store.problems(.test).count,
      outOfDistributionCount: try store.problems(.outOfDistribution).count)
  }

  private mutating func examine() {
    examineStages()
    attempt(Self.databaseName) { try $0.examineProblems() }
    examineFoundation()
    for iteration in 1...plan.configuration.iterations {
      attempt(Self.databaseName) { try $0.examineTrainingSet(iteration) }
      examineCheckpoint(iteration)
      for split in Split.allCases {
        attempt(Self.databaseName) { try $0.examineAnswers(split, iteration) }
        attempt(Self.databaseName) { try $0.examineWaiting(split, iteration) }
      }
    }
    examineOrigins()
    examineLeftovers()
  }

  /// Does `work`; what stops it is a finding.
  mutating func attempt(_ subject: String, _ work: (inout RunExamination) throws -> Void) {
    do { try work(&self) } catch { fault(subject, Self.reason(error)) }
  }

  mutating func fault(_ subject: String, _ message: String) { add(Finding(.fault, subject, message)) }
  mutating func note(_ subject: String, _ message: String) { add(Finding(.note, subject, message)) }

  /// One damaged page may stop many steps.
  private mutating func add(_ finding: Finding) {
    if !findings.contains(finding) { findings.append(finding) }
  }

  func artifact(_ kind: Artifact.Kind, _ iteration: Int) -> Artifact? {
    artifacts.first { $0.kind == kind && $0.iteration == iteration }
  }

  func stage(_ iteration: Int, _ stage: Stage) -> StageRecord? { stages.first { $0.key == StageKey(iteration, stage) } }

  func readModel(at folder: URL) throws { try checkModel(folder) }

  static func reason(_ error: any Error) -> String {
    switch error {
    case let error as RunError: error.message
    case let error as InputError: error.message
    default: "\(error)"
    }
  }

  static let restore = "restore run.sqlite from a copy or start a new run"
  static let unknown = "was made before digests were recorded: whether it has changed cannot be known"
}
