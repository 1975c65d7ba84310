import Planning
import Testing

@Suite struct SpanTests {
  @Test func endsGoTogether() {
    let a = Span(2, low: 1, high: 4)
    let b = Span(10, low: 5, high: 20)
    #expect(a + b == Span(12, low: 6, high: 24))
    #expect(a * b == Span(20, low: 5, high: 80))
    #expect(b / a == Span(5, low: 1.25, high: 20))
    #expect(a * 3 == Span(6, low: 3, high: 12))
    #expect([a, b, Span(1)].sum == Span(13, low: 7, high: 25))
    #expect(Span(3).isExact && !a.isExact)
  }

  @Test func theEstimateLiesWithinItsEnds() {
    #expect(Span(5, low: 6, high: 4) == Span(5))
  }
}
