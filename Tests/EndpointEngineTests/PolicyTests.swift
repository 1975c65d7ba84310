import Connections
import Core
import EndpointEngine
import Foundation
import Randomness
import Testing

/// How many requests at a time, and how long between tries.
@Suite struct PolicyTests {
  private func succeed(_ limit: inout ConcurrencyLimit, _ count: Int, seconds: Double = 0.01) {
    for _ in 0..<count { limit.succeeded(begunIn: limit.epoch, secondsPerToken: seconds, underWay: limit.value) }
  }

  @Test func theLimitGrowsFastAtFirstAndByOneARoundAfterACut() {
    var limit = ConcurrencyLimit(.init(initial: 4, max: 64))
    succeed(&limit, 4)
    #expect(limit.value == 8, "doubled in a round")
    succeed(&limit, 100)
    #expect(limit.value == 64, "and never above the most")
    limit.overloaded(begunIn: limit.epoch)
    #expect(limit.value == 32)
    succeed(&limit, 33)
    #expect(limit.value == 33)
  }

  @Test func oneOverloadIsOneCutHoweverManyRequestsFeltIt() {
    var limit = ConcurrencyLimit(.init(initial: 32, max: 64))
    let begun = limit.epoch
    for _ in 0..<32 { limit.overloaded(begunIn: begun) }
    #expect(limit.value == 16)
    for _ in 0..<40 { limit.succeeded(begunIn: begun, secondsPerToken: 0.01, underWay: 32) }
    #expect(limit.value == 16, "what began before the cut is no reason to grow")
    for _ in 0..<10 { limit.overloaded(begunIn: limit.epoch) }
    #expect(limit.value == 1)
  }

  @Test func aLimitThatIsNotUsedUpDoesNotGrow() {
    var limit = ConcurrencyLimit(.init(initial: 8, max: 64))
    for _ in 0..<50 { limit.succeeded(begunIn: 0, secondsPerToken: 0.01, underWay: 3) }
    #expect(limit.value == 8)
  }

  @Test func answersThatTakeLongerGiveBackWhatWasAdded() {
    var limit = ConcurrencyLimit(.init(initial: 4, max: 64))
    succeed(&limit, 28)
    #expect(limit.value == 32)
    succeed(&limit, 200, seconds: 0.1)
    #expect(limit.value < 32 && limit.value >= 4, "\(limit.value)")
    var slow = ConcurrencyLimit(.init(initial: 4, max: 64))
    succeed(&slow, 100, seconds: 5)
    #expect(slow.value == 64, "slow from the beginning is how fast the server is")
  }

  @Test func waitsDoubleWithinBoundsAndDifferBetweenRequests() {
    func waits(_ id: Int) -> [Double] {
      var backoff = Backoff(RandomStream(seed: 1, "retry").child(id))
      return (0..<10).map { _ in backoff.next(asked: nil) / .seconds(1) }
    }
    for (attempt, wait) in waits(0).enumerated() {
      let span = min(30, 0.5 * Double(1 << attempt))
      #expect((span / 2...span).contains(wait))
    }
    #expect(waits(0) == waits(0) && Set((0..<20).map { waits($0)[0] }).count == 20)
    var backoff = Backoff(RandomStream(seed: 1))
    #expect(backoff.next(asked: .seconds(45)) == .seconds(45))
    #expect(backoff.next(asked: .seconds(1e5)) == .seconds(600), "no server is waited for without end")
  }

  @Test(arguments: [
    ("120", 120.0 as Double?), ("0", 0), ("1.5", 1.5), ("Wed, 21 Oct 2026 07:28:10 GMT", 10),
    ("Wed, 21 Oct 2026 07:00:00 GMT", 0), ("soon", nil), ("-3", nil), ("nan", nil), ("1e300", 1e6),
  ])
  func retryAfterIsSecondsOrADate(text: String, seconds: Double?) throws {
    let now = try Date("2026-10-21T07:28:00Z", strategy: .iso8601)
    #expect(RetryAfter.wait(text, now: now) == seconds.map { .seconds($0) })
  }
}
