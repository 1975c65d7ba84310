import Dashboard
import Foundation
import RunStore
import Testing

@Suite struct PartsTests {
  @Test(
    arguments: [
      ("<<48/2=24>>", [true]), ("<<48/2=25>>", [false]), ("a <<1+1=2>> b <<2*3=5>>", [true, false]),
      ("<<10/3=3.33>>", [true]),
      ("<<10/3=3.34>>", [false]), ("<<x+1=2>>", [nil]), ("<<1/0=0>>", [nil]), ("<<(2+3)*4=20>>", [true]),
      ("<<50%*10=5>>", [true]), ("<<1,000+1=1001>>", [true]), ("so 3 + 4 = 7 and 3 × 4 = 13", [true, false]),
      ("$5 * 3 = $15.", [true]), ("2024 = 1", []), ("no numbers", []), ("<<1+1\n=2>>", []), ("<<2-3=-1>>", [true]),
      ("<<0.1+0.2=0.3>>", [true]), ("12 - 4 - 3 = 5", [true]), ("<<>>", [nil]), ("<<<1+1=2>>", [true]),
    ] as [(String, [Bool?])])
  func equations(_ text: String, _ expected: [Bool?]) {
    #expect(EquationMarks(text).marks.map(\.holds) == expected)
  }

  @Test func equationsOfHostileTextsAreBounded() {
    let deep = "<<" + String(repeating: "(", count: 100_000) + "1=1>>"
    #expect(EquationMarks(deep).marks.map(\.holds) == [nil])
    #expect(EquationMarks(String(repeating: "<<", count: 500_000)).marks.isEmpty)
    #expect(EquationMarks(String(repeating: "1+", count: 500_000)).marks.isEmpty)
  }

  @Test(arguments: [
    ("marble", "\"marble\""), ("two words", "\"two\" AND \"words\""),
    ("\"a phrase\" more", "\"a phrase\" AND \"more\""),
    ("begin*", "\"begin\" *"), ("be*", "\"be\""), ("a OR b", "\"a\" AND \"OR\" AND \"b\""), ("text:x", "\"text:x\""),
    ("\"open", "\"open\""), ("NEAR(", "\"NEAR(\""), ("12", "\"12\""),
  ])
  func searches(_ text: String, _ expression: String) {
    #expect(SearchQuery(text).expression == expression)
  }

  @Test(arguments: ["", "  ", "\"\"", "*", "++ --", "\""])
  func searchesOfNothing(_ text: String) { #expect(SearchQuery(text).expression == nil) }

  @Test func thePaceIsOfTheCurrentStage() {
    var pace = Pace()
    pace.see(StageKey(1, .sampleTest), done: 0, at: .seconds(0))
    #expect(pace.rate(at: .seconds(1)) == nil)
    pace.see(StageKey(1, .sampleTest), done: 30, at: .seconds(10))
    #expect(pace.rate(at: .seconds(10)) == 3)
    // Nothing for a while: the rate falls.
    #expect(pace.rate(at: .seconds(30)) == 1)
    pace.see(StageKey(2, .train), done: 5, at: .seconds(31))
    #expect(pace.rate(at: .seconds(31)) == nil)
  }

  @Test func whatIsLeftIsKnownFromEarlierIterations() {
    func date(_ seconds: Double) -> Date { Date(timeIntervalSince1970: seconds) }
    let stages = [
      StageRecord(key: StageKey(1, .select), done: 1, total: 1, unit: "rows", finishedAt: date(0)),
      StageRecord(key: StageKey(1, .train), done: 9, total: 9, unit: "steps", finishedAt: date(100)),
      StageRecord(key: StageKey(1, .evaluateTest), done: 9, total: 9, unit: "questions", finishedAt: date(130)),
      StageRecord(key: StageKey(2, .select), done: 1, total: 1, unit: "rows", finishedAt: date(131)),
      StageRecord(key: StageKey(2, .train), done: 3, total: 9, unit: "steps"),
      StageRecord(key: StageKey(2, .evaluateTest), total: 9, unit: "questions"),
    ]
    #expect(Pace.remaining(stages, current: 40) == 70)
    #expect(Pace.remaining(stages, current: nil) == 130)
    #expect(Pace.remaining(Array(stages.prefix(1) + stages.suffix(1)), current: nil) == nil)
  }
}
