import Core
import Foundation
import Storage
import Synchronization

/// The losses of a training as it goes, a line a step in `DIR/training/M<t>.jsonl`: for those who look on.
///
/// Nothing depends on it. A training that begins anew begins its file anew; what cannot be written is left out, since a run
/// must not end for that.
final class LossRecord: Sendable {
  /// A trainer promises no thread: under the lock lines stay whole.
  private let open = Mutex<DurableFile?>(nil)
  private let url: URL

  init(_ iteration: Int, in folder: URL) {
    url = folder.appendingPathComponent("training").appendingPathComponent("M\(iteration).jsonl")
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
    open.withLock { file in
      if file == nil { file = begin() }
      try? file?.append(Data((line + "\n").utf8))
    }
  }

  /// In its place: a file that only gets its name when it is there would lie beside it where the process is killed.
  private func begin() -> DurableFile? {
    try? FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    return try? DurableFile(creating: url)
  }
}
