import Core
import Foundation
import RunStore
import Synchronization

/// Holds the models and training sets that a run uses to what it recorded of them, each model once in a process.
///
/// What has no recorded digest, M_0 before its first use and what a version without a lineage made, is recorded as it is.
final class CheckpointLineage: Sendable {
  private let store: RunStore
  private let trusted = Mutex<Set<Int>>([])

  init(store: RunStore) { self.store = store }

  /// M_t needs no check: its digest was taken when this process made it.
  func trust(_ iteration: Int) { trusted.withLock { _ = $0.insert(iteration) } }

  /// - Parameter isMadeAgain: Whether this process has just trained it in the place of one that was removed; what came out
  ///   otherwise is removed again.
  /// - Throws: `InputError` where M_0 is another than at the beginning, `RunError` where M_t is not what the run made;
  ///   one line that says what to do.
  func check(_ iteration: Int, at folder: URL, isMadeAgain: Bool) throws {
    if trusted.withLock({ $0.contains(iteration) }) { return }
    let content = try FolderContent(of: folder)
    if let recorded = try store.artifact(.checkpoint, iteration)?.files.map(FolderContent.init(files:)) {
      if let difference = content.difference(from: recorded) {
        if isMadeAgain { try FileManager.default.removeItem(at: folder) }
        throw try refusal(iteration, folder, difference, isMadeAgain: isMadeAgain)
      }
    } else {
      try store.recordFound(content, iteration: iteration)
    }
    trust(iteration)
  }

  /// - Throws: `RunError` where D_t is not what was recorded when it was chosen.
  func check(_ rows: TrainingSet, iteration: Int) throws {
    guard let recorded = try store.artifact(.trainingSet, iteration) else { return }
    guard try store.trainingSetDigest(rows) == recorded.digest else {
      throw RunError(
        .damaged, file: store.folder.path,
        "training set \(iteration) has changed since it was chosen; restore run.sqlite from a copy or start a new run")
    }
  }

  private func refusal(
    _ iteration: Int, _ folder: URL, _ difference: String, isMadeAgain: Bool
  ) throws -> any Error {
    if iteration == 0 {
      return InputError(
        file: folder.path,
        "is not the model that this run began with (\(difference)); put that one back or start a new run")
    }
    if isMadeAgain {
      return RunError(
        .damaged, file: folder.path,
        "was made again and came out otherwise (\(difference)); \(try causeOfDifference(iteration)), or start a new run"
      )
    }
    return RunError(
      .damaged, file: folder.path,
      "is not the model that this run made (\(difference)); remove the folder and `reversal resume` makes it again")
  }

  /// What to do where equal rows and seeds give another model.
  private func causeOfDifference(_ iteration: Int) throws -> String {
    let first = try store.environments().first { $0.stages.contains(StageKey(iteration, .train)) }?.environment
    guard let first, let here = store.environment else { return "put a copy of it back" }
    let differences = zip(first.traits, here.traits).filter { $0.name != "threads" && $0.value != $1.value }
    guard !differences.isEmpty else { return "put a copy of it back and report this as a defect" }
    return "it was made with " + differences.map { "\($0.name) \($0.value), here \($1.value)" }.joined(separator: "; ")
      + "; resume where it was made, put a copy of it back"
  }
}
