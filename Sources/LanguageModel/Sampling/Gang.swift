import Dispatch
import Foundation
import Synchronization

/// Threads that split each of many short pieces of work: for a single sequence, where a matrix product takes some ten
/// microseconds and a queue's hand-over would cost more than it saves.
///
/// `@unchecked Sendable`: `job` is written by the leader before it raises `round` and read by the members after they see
/// it raised; the leader waits for all of them before it writes again.
final class Gang: @unchecked Sendable {
  let count: Int
  private var job: (Int) -> Void = { _ in }
  /// How long the leader has lately waited beyond what a piece of work takes, less the share of time it may wait.
  private var lateness = Duration.zero
  private var lastDelay = ContinuousClock.now
  /// Pieces of work that the leader still does alone.
  private var alone = 0
  private let isResting = Atomic<Bool>(false)
  private let round = Atomic<Int>(0)
  private let busy = Atomic<Int>(0)
  private let isClosed = Atomic<Bool>(false)

  private init(count: Int) { self.count = count }

  /// Calls `lead` with a gang of `count` threads, the caller's included.
  static func run(count: Int, _ lead: @Sendable (Gang) -> Void) {
    let gang = Gang(count: count)
    // Threads of their own: a pool may run its blocks one after another, and the leader would wait for ever.
    let members = DispatchGroup()
    for member in 1..<max(count, 1) {
      members.enter()
      Thread.detachNewThread {
        gang.follow(member)
        members.leave()
      }
    }
    lead(gang)
    gang.isClosed.store(true, ordering: .releasing)
    members.wait()
  }

  /// Calls `body` once for every member, 0 being the leader, and returns when all are done. Only the leader may call it.
  ///
  /// On a machine that is busy with other work a member is often not running when it is needed. A leader that has waited
  /// too long lets the others rest and does their parts itself for a while, which changes no result.
  func split(_ body: (Int) -> Void) {
    if alone > 0 {
      for member in 0..<count { body(member) }
      alone -= 1
      if alone == 0 { isResting.store(false, ordering: .relaxed) }
      return
    }
    withoutActuallyEscaping(body) { body in
      job = body
      busy.store(count - 1, ordering: .relaxed)
      round.add(1, ordering: .releasing)
      body(0)
      let delay = wait { busy.load(ordering: .acquiring) == 0 }
      job = { _ in }
      if delay > .zero { note(delay) }
    }
  }

  private func note(_ delay: Duration) {
    let now = ContinuousClock.now
    lateness = max(.zero, lateness + delay - lastDelay.duration(to: now) * Self.allowance)
    lastDelay = now
    if lateness > Self.patience {
      lateness = .zero
      alone = Self.rest
      isResting.store(true, ordering: .relaxed)
    }
  }

  /// The share of time that may be spent waiting: with two threads, less than the second one saves.
  private static let allowance = 0.3
  private static let patience = Duration.milliseconds(10)
  /// Pieces of work that the leader does alone: some tens of tokens.
  private static let rest = 1_000

  private func follow(_ member: Int) {
    var seen = 0
    while true {
      wait { round.load(ordering: .acquiring) != seen || isClosed.load(ordering: .acquiring) }
      if round.load(ordering: .acquiring) == seen { return }
      seen += 1
      job(member)
      busy.subtract(1, ordering: .releasing)
    }
  }

  /// Spins, lets others run once the wait is longer than a piece of work takes, and sleeps while the gang rests.
  ///
  /// - Returns: By how much it was longer.
  @discardableResult
  private func wait(_ condition: () -> Bool) -> Duration {
    for _ in 0..<20_000 where condition() { return .zero }
    let start = ContinuousClock.now
    while !condition() {
      if isResting.load(ordering: .relaxed) { Thread.sleep(forTimeInterval: 0.0005) } else { sched_yield() }
    }
    return ContinuousClock.now - start
  }
}
