import Core
import Foundation
import RunStore
import Synchronization

/// One run that is shown: read, indexed and summed up again whenever it has changed.
final class WatchedRun: Sendable {
  let id: String
  let reader: RunReader
  let index: BrowseIndex
  private let state: Mutex<State>
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant

  private struct State: Sendable {
    var snapshot: RunSnapshot
    var fingerprint: [Int] = []
    var pace = Pace()
    var summedUp: (indexRevision: Int, time: Duration) = (-1, .zero)
    var auditStamp: Date?
    var composed: Set<Int> = []
  }

  init(id: String, folder: URL, evaluation: (RunReader) throws -> EvaluationSamples, cache: URL) throws {
    self.id = id
    reader = try RunReader(folder)
    index = try BrowseIndex(reader, evaluation: evaluation(reader), file: IndexFile(of: folder, in: cache))
    start = clock.now
    state = Mutex(
      State(
        snapshot: RunSnapshot(id: id, folder: folder, manifest: reader.manifest, progress: try reader.progress())))
  }

  var snapshot: RunSnapshot { state.withLock { $0.snapshot } }

  /// Looks at the run and takes in at most one piece of what is new.
  ///
  /// - Parameter nextRevision: The number of the next change.
  /// - Returns: Whether the snapshot changed, and whether there is more to take in at once.
  func look(nextRevision: () -> Int) -> (hasChanged: Bool, hasMore: Bool) {
    do {
      return try takeIn(nextRevision)
    } catch {
      let message = "\(error)"
      return state.withLock { state in
        guard state.snapshot.failure != message else { return (false, false) }
        state.snapshot.failure = message
        state.snapshot.revision = nextRevision()
        return (true, false)
      }
    }
  }

  private func takeIn(_ nextRevision: () -> Int) throws -> (hasChanged: Bool, hasMore: Bool) {
    let now = clock.now - start
    let fingerprint = reader.fingerprint
    let isNew = state.withLock { $0.fingerprint != fingerprint }
    var next = state.withLock { $0.snapshot }
    let before = next
    next.failure = nil
    next.writer = reader.writer
    if isNew { next.progress = try reader.progress() }
    let isIncomplete = !index.state.withLock(\.isComplete)
    let hasMore = isNew || isIncomplete ? try index.grow() : false
    let indexState = index.state.withLock { $0 }
    next.indexed = indexState.indexed
    next.stored = max(indexState.stored, next.progress.lastAnswer)
    try readTraining(&next)
    readAudit(&next)
    // Sums over all questions are taken at most every two seconds while there is more to come.
    let summedUp = state.withLock { $0.summedUp }
    let isDue = summedUp.indexRevision != indexState.revision && (!hasMore || now - summedUp.time > .seconds(2))
    if isDue || (isNew && !hasMore) { try sumUp(&next, at: indexState.revision, now) }
    setPace(&next, now)
    next.alerts = Alert.all(next.figures, metrics: next.progress.metrics)
    return state.withLock { state in
      if !hasMore { state.fingerprint = fingerprint }
      let hasChanged =
        next.progress != before.progress || next.writer != before.writer || next.figures != before.figures
        || next.alerts != before.alerts || next.indexed != before.indexed || next.audit != before.audit
        || next.hasReport != before.hasReport || next.failure != before.failure || before.revision == 0
      if hasChanged { next.revision = nextRevision() }
      state.snapshot = next
      return (hasChanged, hasMore)
    }
  }

  private func sumUp(_ next: inout RunSnapshot, at revision: Int, _ now: Duration) throws {
    next.figures.iterations = try index.iterationFigures()
    let selected = next.progress.stages.filter { $0.key.stage == .select && $0.isFinished }.map(\.key.iteration)
    // How hard a question is for M_1 is known once M_1 has answered all of the training questions that it is asked.
    let isJudged = next.progress.stages.filter { $0.key == StageKey(1, .sampleTrain) }.allSatisfy(\.isFinished)
    if isJudged, next.indexed >= next.progress.lastAnswer {
      for iteration in selected where !state.withLock({ $0.composed.contains(iteration) }) {
        try index.compose(iteration)
        state.withLock { _ = $0.composed.insert(iteration) }
      }
    }
    next.figures.compositionByAccuracy = try index.compositions("accuracy")
    next.figures.compositionByLevel = try index.compositions("level")
    state.withLock { $0.summedUp = (revision, now) }
  }

  private func readTraining(_ next: inout RunSnapshot) throws {
    let known = Dictionary(uniqueKeysWithValues: next.figures.losses.map { ($0.iteration, $0) })
    next.figures.losses = (1...next.manifest.iterations).compactMap { iteration in
      let isOver = next.progress.stages.contains { $0.key == StageKey(iteration, .train) && $0.isFinished }
      if isOver, let curve = known[iteration], curve.lastStep >= curve.totalSteps { return curve }
      return LossLog.curve(iteration, in: next.folder)
    }
  }

  /// `audit.json` is read again when its time changes; a file that cannot be read is as none.
  private func readAudit(_ next: inout RunSnapshot) {
    let files = FileManager.default
    next.hasReport = files.fileExists(atPath: next.folder.appending(path: "report.html").path)
    let file = next.folder.appending(path: "audit.json")
    let stamp = (try? files.attributesOfItem(atPath: file.path))?[.modificationDate] as? Date
    guard stamp != state.withLock({ $0.auditStamp }) else { return }
    state.withLock { $0.auditStamp = stamp }
    next.audit = nil
    guard stamp != nil, let data = try? Data(contentsOf: file), data.count < 256 << 20 else { return }
    next.audit = try? JSONDecoder().decode(AuditResult.self, from: data)
  }

  private func setPace(_ next: inout RunSnapshot, _ now: Duration) {
    next.rate = nil
    next.stageRemaining = nil
    next.runRemaining = nil
    guard next.writer != nil, let stage = next.currentStage, let current = next.currentDone else { return }
    let rate = state.withLock { state -> Double? in
      state.pace.see(stage.key, done: current.done, at: now)
      return state.pace.rate(at: now)
    }
    next.rate = rate
    if let rate, rate > 0, let total = current.total {
      next.stageRemaining = Double(max(0, total - current.done)) / rate
    }
    next.runRemaining = Pace.remaining(next.progress.stages, current: next.stageRemaining)
  }
}
