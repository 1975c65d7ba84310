import Core
import Foundation
import Synchronization

/// The losses of a training as it goes, a line a step in `DIR/training/M<t>.jsonl`: for those who look on.
///
/// Nothing depends on it. A training that begins anew begins its file anew; what cannot be written is left out, since a run
/// must not end for that.
final class LossRecord: Sendable {
  /// A trainer promises no thread: under the lock lines stay whole.
  private let handle = Mutex<FileHandle?>(nil)
  private let file: URL

  init(_ iteration: Int, in folder: URL) {
    file = folder.appendingPathComponent("training").appendingPathComponent("M\(iteration).jsonl")
  }

  private struct Line: Encodable {
    let step: Int
    let total: Int
    let loss: Double
  }

  /// Writes a step that has a loss.
  func add(_ progress: StageProgress) {
    guard let loss = progress.loss, loss.isFinite,
      let line = try? JSONLines.line(Line(step: progress.completed, total: progress.total, loss: loss))
    else { return }
    handle.withLock { handle in
      if handle == nil { handle = begin() }
      try? handle?.write(contentsOf: Data((line + "\n").utf8))
    }
  }

  private func begin() -> FileHandle? {
    let files = FileManager.default
    try? files.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    guard files.createFile(atPath: file.path, contents: nil) else { return nil }
    return try? FileHandle(forWritingTo: file)
  }
}
