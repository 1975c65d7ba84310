import Crypto
import Digests
import Foundation

/// What a run was asked to do, recorded once when it is created and never changed.
public struct RunManifest: Codable, Sendable, Hashable {
  /// The version of `reversal` that created the run.
  public let toolVersion: String
  public let createdAt: Date
  public let task: String
  /// The task's version: prompts and verifier of another version give other numbers.
  public let taskVersion: Int
  /// The out-of-distribution questions' task and version where they are judged by another task.
  public let outOfDistributionTask: String?
  public let outOfDistributionTaskVersion: Int?
  /// `sft`, `dpo`, `sft-dpo`, `gold` or `restart`.
  public let method: String
  /// T, at least 1.
  public let iterations: Int
  public let seed: UInt64
  /// Every setting, as JSON with the keys of the YAML file.
  public let configuration: String
  /// The settings that decide everything up to M_1 and its answers, by dotted key. Two runs over the same problems in
  /// which they agree have the same first iteration.
  public let firstIterationSettings: [String: String]
  /// Where the run was created; nil in runs of a version that did not record it.
  public let environment: RunEnvironment?

  public init(
    toolVersion: String, createdAt: Date, task: String, taskVersion: Int, outOfDistributionTask: String? = nil,
    outOfDistributionTaskVersion: Int? = nil, method: String, iterations: Int, seed: UInt64, configuration: String,
    firstIterationSettings: [String: String], environment: RunEnvironment? = nil
  ) {
    self.toolVersion = toolVersion
    self.createdAt = createdAt
    self.task = task
    self.taskVersion = taskVersion
    self.outOfDistributionTask = outOfDistributionTask
    self.outOfDistributionTaskVersion = outOfDistributionTaskVersion
    self.method = method
    self.iterations = iterations
    self.seed = seed
    self.configuration = configuration
    self.firstIterationSettings = firstIterationSettings
    self.environment = environment
  }

  /// SHA-256 of `configuration`.
  public var settingsDigest: String { SHA256.hexadecimal(of: configuration.utf8) }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  init(json: String) throws {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(RunManifest.self, from: Data(json.utf8))
    guard iterations >= 1 else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: [], debugDescription: "a run has one iteration or more"))
    }
  }
}
