import Core
import Crypto
import Digests
import Foundation
import Storage

/// A piece of work in a folder of its own: the specification, the workers' progress, their results and the manifest.
///
/// It is begun, or gone on with, by whoever has the same folder; what lies there already is kept.
package struct WorkerJob: Sendable {
  let program: WorkerProgram
  /// The folder of results, on storage that the workers reach by the same path.
  let folder: URL
  let launcher: any WorkerLauncher
  /// Attempts before the work is given up.
  let attempts: Int
  /// Before the second attempt; twice as long before each further one.
  let pause: Duration

  package init(
    program: WorkerProgram, folder: URL, launcher: any WorkerLauncher, attempts: Int, pause: Duration = .seconds(2)
  ) {
    self.program = program
    self.folder = folder
    self.launcher = launcher
    self.attempts = attempts
    self.pause = pause
  }

  /// Runs the workers until the manifest lies there and what it names is what it says.
  package func finish(_ specification: some Encodable, progress: @escaping ProgressHandler) async throws
    -> WorkerManifest
  {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: "spec.json")
    try DurableFile.replace(file, with: Data(WorkerJSON.line(specification).utf8))
    if let done = try? manifest() {  // Not whole yet: the workers will see to it.
      if let step = stage() { progress(step) }
      return done
    }
    var reason = ""
    for attempt in 1...attempts {
      let name = "reversal-\(folder.lastPathComponent.prefix(16))-\(UUID().uuidString.prefix(8).lowercased())"
      let end = try await follow(progress) { try await launcher.run(program, specification: file, attempt: name) }
      switch end.status {
      case .badSpecification: throw ClusterError(.badSpecification, explanation(name) ?? end.reason)
      case .badData: throw ClusterError(.badData, explanation(name) ?? end.reason)
      case .done: return try manifest()
      case .tryAgain:
        // The worker may have been lost after its work was done.
        if let done = try? manifest() { return done }
        reason = explanation(name) ?? end.reason
      }
      if attempt < attempts { try await Task.sleep(for: min(pause * (1 << (attempt - 1)), .seconds(60))) }
    }
    throw ClusterError(.failed, "given up after \(attempts) attempts: \(reason)")
  }

  /// - Throws: `ClusterError` where a file is missing or is not what the manifest says.
  func manifest() throws -> WorkerManifest {
    let path = folder.appending(path: "manifest.json")
    guard let content = try? Data(contentsOf: path),  // Absent or unreadable: there is no result either way.
      let manifest = try? JSONDecoder().decode(WorkerManifest.self, from: content)
    else { throw ClusterError(.badResult, "\(path.path) is missing or cannot be read; run again") }
    for shard in manifest.shards { _ = try self.content(of: shard) }
    return manifest
  }

  /// The bytes of a file that the manifest names.
  func content(of shard: WorkerManifest.Shard) throws -> Data {
    guard !shard.file.hasPrefix("/"), !shard.file.split(separator: "/").contains("..") else {
      throw ClusterError(.badResult, "\(folder.path)/manifest.json names a file outside of its folder")
    }
    let file = folder.appending(path: shard.file)
    guard let content = try? Data(contentsOf: file, options: .mappedIfSafe),  // Missing is as bad as different.
      SHA256.hash(data: content).hexadecimal == shard.sha256
    else {
      throw ClusterError(.badResult, "\(file.path) is not what its manifest says; run again to have it made anew")
    }
    return content
  }

  /// Tells how far the workers are while `work` runs.
  private func follow(
    _ progress: @escaping ProgressHandler, _ work: @escaping @Sendable () async throws -> WorkerEnd
  ) async throws -> WorkerEnd {
    try await withThrowingTaskGroup(of: WorkerEnd?.self) { group in
      group.addTask(operation: work)
      group.addTask {
        var told: StageProgress?
        // Ends by cancellation, when the work is over.
        while (try? await Task.sleep(for: .milliseconds(500))) != nil {
          if let step = stage(), step != told {
            progress(step)
            told = step
          }
        }
        return nil
      }
      defer { group.cancelAll() }
      guard let end = try await group.next() else { throw CancellationError() }
      if let step = stage() { progress(step) }
      guard let end else { throw CancellationError() }
      return end
    }
  }

  private func stage() -> StageProgress? {
    rows().last { $0.completed != nil }.map { row in
      StageProgress(
        completed: row.completed ?? 0, total: row.total ?? 0, unit: (row.unit ?? "").visible(limit: 20),
        note: row.loss.map { String(format: "loss %.3f", $0) })
    }
  }

  /// Why the worker itself says that an attempt has failed.
  private func explanation(_ attempt: String) -> String? {
    rows().last { $0.attempt == attempt && $0.error != nil }?.error?.visible(limit: 500)
  }

  private struct ProgressRow: Decodable {
    let attempt: String
    let completed: Int?
    let total: Int?
    let unit: String?
    let loss: Double?
    let error: String?
  }

  private func rows() -> [ProgressRow] {
    // Not there yet, or a last line that is being written: the next look will see it.
    guard let content = try? Data(contentsOf: folder.appending(path: "progress.jsonl")) else { return [] }
    return content.suffix(1 << 16).split(separator: UInt8(ascii: "\n")).compactMap {
      try? JSONDecoder().decode(ProgressRow.self, from: Data($0))
    }
  }
}

/// What a worker has made, as it says itself.
package struct WorkerManifest: Decodable, Sendable {
  package struct Shard: Decodable, Sendable {
    package let file: String
    let sha256: String
  }

  package let shards: [Shard]
  /// The folder of the model that a training made.
  let name: String?
  let summary: TrainingSummary?
}
