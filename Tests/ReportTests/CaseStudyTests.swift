import Report
import Testing

@Suite struct CaseStudyTests {
  private func marked(_ samples: [String]) -> [[String]] {
    zip(samples, RecurringPassages(samples).ranges).map { text, ranges in ranges.map { String(text[$0]) } }
  }

  @Test func aRunOfSixTokensInHalfOfTheSamplesIsMarked() {
    let samples = [
      "First, she has 12 apples in all. Done", "so SHE has 12 apples  in all", "nothing alike here at all, really", "x",
    ]
    #expect(marked(samples) == [["she has 12 apples in all"], ["SHE has 12 apples  in all"], [], []])
  }

  @Test func fiveTokensAreTooFew() {
    #expect(marked(["a b c d e x", "y a b c d e"]) == [[], []])
  }

  @Test func lessThanHalfOfTheSamplesIsTooFew() {
    let run = "a b c d e f"
    #expect(marked([run, run, "1", "2", "3"]) == [[], [], [], [], []])
    #expect(marked([run, run, run, "2", "3"]) == [[run], [run], [run], [], []])
  }

  @Test func aTextRecurringWithinOneSampleOnlyDoesNotCount() {
    #expect(marked(["a b c d e f a b c d e f", "g"]) == [[], []])
    #expect(marked(["a b c d e f"]) == [[]])
  }

  @Test func overlappingRunsJoin() {
    let text = "one two three four five six seven eight"
    #expect(marked([text, text]) == [[text], [text]])
    #expect(RecurringPassages([text, text]).markedShare == 1)
  }

  @Test func repeatedSignsCountOnce() {
    // Were each # a token, every final answer would recur by itself.
    #expect(marked(["apples. #### 24", "pears. #### 24"]) == [[], []])
  }

  @Test func nothingHasNoShare() {
    #expect(RecurringPassages([]).markedShare == nil)
    #expect(RecurringPassages(["", "  \n"]).markedShare == nil)
  }

  @Test(arguments: [
    ("has <<4*12=48>>48.", ["<<4*12=48>>"]),
    ("<<1+1=2>><<2+2=4>>", ["<<1+1=2>>", "<<2+2=4>>"]),
    ("<<open", []), ("closed>>", []), ("<<a\nb>>", []),
    ("<<a <<b>>", ["<<b>>"]),
    ("", []),
  ])
  func equations(text: String, expected: [String]) {
    let segments = AnnotatedText(text).segments
    #expect(segments.filter(\.isEquation).map(\.text) == expected)
    #expect(segments.map(\.text).joined() == text)
  }

  @Test func marksMayOverlap() throws {
    let text = "so <<1+1=2>> it is"
    let start = try #require(text.range(of: "+"))
    let end = try #require(text.range(of: "it"))
    let segments = AnnotatedText(text, recurring: [start.lowerBound..<end.upperBound]).segments
    #expect(segments.map(\.text) == ["so ", "<<1", "+1=2>>", " it", " is"])
    #expect(segments.map(\.isEquation) == [false, true, true, false, false])
    #expect(segments.map(\.isRecurring) == [false, false, true, true, false])
  }
}
