import ClusterEngine
import Crypto
import Foundation
import Synchronization

/// Ends each attempt as a test wants it to.
final class FakeLauncher: WorkerLauncher {
  typealias Work = @Sendable (_ folder: URL, _ attempt: String) throws -> WorkerEnd

  private let steps: [Work]
  private let count = Mutex(0)

  init(_ steps: Work...) { self.steps = steps }

  /// Attempts so far.
  var attempts: Int { count.withLock { $0 } }

  func run(_ program: WorkerProgram, specification file: URL, attempt: String) async throws -> WorkerEnd {
    let number = count.withLock {
      $0 += 1
      return $0
    }
    return try steps[number - 1](file.deletingLastPathComponent(), attempt)
  }

  /// Writes a shard and the manifest that names it.
  static func write(_ text: String, in folder: URL, manifestText: String? = nil) throws {
    try Data(text.utf8).write(to: folder.appending(path: "a.jsonl"))
    let digest = SHA256.hash(data: Data((manifestText ?? text).utf8)).map {
      ($0 < 16 ? "0" : "") + String($0, radix: 16)
    }
    try Data(#"{"kind":"rollout","shards":[{"file":"a.jsonl","rows":1,"sha256":"\#(digest.joined())"}]}"#.utf8)
      .write(to: folder.appending(path: "manifest.json"))
  }

  /// A line of `progress.jsonl`.
  static func tell(_ fields: String, of attempt: String, in folder: URL) throws {
    try Data(#"{"attempt":"\#(attempt)",\#(fields)}"#.utf8 + [UInt8(ascii: "\n")])
      .write(to: folder.appending(path: "progress.jsonl"))
  }
}
