import Audit
import Core
import Foundation
import Testing

@Suite struct TextTests {
  private struct Row: Decodable {
    let text: String
    let tokens: [String]
  }

  @Test func tokensArePythons() throws {
    let rows = try JSONLines.read(Row.self, from: Fixture.url("tokens.jsonl"))
    #expect(rows.count > 5)
    for (_, row) in rows { #expect(WordTokens(row.text).strings == row.tokens) }
  }

  @Test(arguments: [
    ("He has 3 + 4 = <<3 + 4=7>>7, then <<7*2=14>>14.", ["3+4=7", "7*2=14"]),
    ("No annotation: 3 + 4 = 7 and 7 × 2 = 14.", ["3+4=7", "7*2=14"]),
    ("$1,200 / 4 = $300.", ["1200/4=300"]),
    ("2 + 3 + 4 = 9; 5 − 8 = −3; 50% * 10 = 5", ["2+3+4=9", "5-8=-3", "50%*10=5"]),
    ("0.5 x 8 = 4.", ["0.5*8=4"]),
    ("x = 5, 3 + y = 4, (3 + 4) * 2 = 14, a1 + 2 = 3", []),
    ("cut off <<3+4=\nthen 1 + 1 = 2", ["1+1=2"]),
    ("an empty one <<>> and <<2<<1+1=2>>", ["", "1+1=2"]),
    ("12 apples + 3 = 15", []),
    ("1+2=3=3", ["1+2=3"]),
    ("3 +", []), ("", []), ("=", []), (".5 + 1 = 1.5", []), ("5 + .5 = 5.5", ["5+.5=5.5"]),
  ])
  func equationsAreRead(text: String, equations: [String]) {
    #expect(EquationChain.equations(in: text) == equations)
  }

  @Test func distinctHashesAreCountedExactlyUpToTheLimit() {
    var counter = DistinctCounter(limit: 1_000)
    for round in 0..<3 {
      for value in UInt64(0)..<900 { counter.insert(value &* 0x9e37_79b9_7f4a_7c15) }
      #expect(counter.count == 900, "round \(round)")
    }
  }

  @Test func distinctHashesBeyondTheLimitAreEstimated() {
    var ascending = DistinctCounter(limit: 4_096)
    var descending = DistinctCounter(limit: 4_096)
    func hash(_ value: UInt64) -> UInt64 {
      let mixed = (value &* 0x9e37_79b9_7f4a_7c15) ^ (value &* 0xbf58_476d_1ce4_e5b9 >> 31)
      return (mixed ^ (mixed >> 29)) &* 0x94d0_49bb_1331_11eb
    }
    for value in UInt64(1)...100_000 { ascending.insert(hash(value)) }
    for value in (UInt64(1)...100_000).reversed() { descending.insert(hash(value)) }
    #expect(ascending.count == descending.count)
    // At least 2,048 are kept: a standard error of at most 2.2 %.
    #expect(abs(ascending.count - 100_000) < 10_000)
    #expect(ascending.count != 100_000)

    // Counted in two halves of unequal size and then together: the same.
    var many = DistinctCounter(limit: 4_096)
    var few = DistinctCounter(limit: 4_096)
    for value in UInt64(1)...98_000 { many.insert(hash(value)) }
    for value in UInt64(97_000)...100_000 { few.insert(hash(value)) }
    few.formUnion(many)
    #expect(few.count == ascending.count)
  }
}
