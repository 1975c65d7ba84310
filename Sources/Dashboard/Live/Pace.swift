import Foundation
import RunStore

/// How fast the current stage goes and how long the run will take, from what was seen of it.
///
/// A value without a clock of its own: time is passed in.
package struct Pace: Sendable {
  package init() {}

  private struct Sight: Sendable {
    let done: Int
    let time: Duration
  }

  private var stage: StageKey?
  private var sights: [Sight] = []

  /// Seconds over which a rate is taken.
  private static let window = Duration.seconds(120)

  /// Takes in how far a stage is. `time` is that of a clock that never goes back.
  package mutating func see(_ key: StageKey, done: Int, at time: Duration) {
    if stage != key || done < (sights.last?.done ?? 0) {
      stage = key
      sights = []
    }
    if sights.last?.done != done || sights.count < 2 { sights.append(Sight(done: done, time: time)) }
    // The last one before the window is kept, so that a slow stage has a rate too.
    while sights.count > 2, time - sights[1].time > Self.window { sights.removeFirst() }
  }

  /// Units a second; nil until something was seen to be done.
  package func rate(at time: Duration) -> Double? {
    guard let first = sights.first, let last = sights.last, last.done > first.done else { return nil }
    let seconds = (time - first.time) / .seconds(1)
    return seconds > 0 ? Double(last.done - first.done) / seconds : nil
  }

  /// Seconds until the run is done, from how long the stages of earlier iterations took; nil before there are any.
  package static func remaining(_ stages: [StageRecord], current: Double?) -> Double? {
    var durations: [Stage: [Double]] = [:]
    for (before, record) in zip(stages, stages.dropFirst()) {
      guard let start = before.finishedAt, let end = record.finishedAt, start > .distantPast, end >= start else {
        continue
      }
      durations[record.key.stage, default: []].append(end.timeIntervalSince(start))
    }
    var sum = 0.0
    var isCurrent = true
    for record in stages where !record.isFinished {
      let known = durations[record.key.stage].map { $0.reduce(0, +) / Double($0.count) }
      if isCurrent, let current {
        sum += current
      } else if record.total == 0 {
        // Nothing to do.
      } else if let known {
        sum += known
      } else {
        return nil
      }
      isCurrent = false
    }
    return sum
  }
}
