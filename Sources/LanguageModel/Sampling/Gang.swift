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
  /// How often the leader has waited longer than a piece of work takes.
  private var delays = 0
  private static let patience = 50
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
  /// too long too often sends the others home and does their parts itself, which changes no result.
  func split(_ body: (Int) -> Void) {
    if delays >= Self.patience {
      isClosed.store(true, ordering: .releasing)
      for member in 0..<count { body(member) }
      return
    }
    withoutActuallyEscaping(body) { body in
      job = body
      busy.store(count - 1, ordering: .relaxed)
      round.add(1, ordering: .releasing)
      body(0)
      if wait({ busy.load(ordering: .acquiring) == 0 }) { delays += 1 }
      job = { _ in }
    }
  }

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

  /// Spins, and lets others run once the wait is longer than a piece of work takes.
  ///
  /// - Returns: Whether it was longer.
  @discardableResult
  private func wait(_ condition: () -> Bool) -> Bool {
    var turns = 0
    while !condition() {
      turns += 1
      if turns > 20_000 { sched_yield() }
    }
    return turns > 20_000
  }
}
