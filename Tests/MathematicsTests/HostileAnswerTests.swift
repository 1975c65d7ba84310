import Foundation
import Mathematics
import TestSupport
import Testing

/// No answer crashes, hangs or takes much memory, whatever it is.
@Suite(.serialized) struct HostileAnswerTests {
  private static func nested(_ open: String, _ inner: String, _ close: String, _ count: Int) -> String {
    String(repeating: open, count: count) + inner + String(repeating: close, count: count)
  }

  private static let short: [String] = [
    "9^{9^{9^{9}}}", "9^9^9^9", "2^{2^{2^{2^2}}}", "100000!", "3200!", "5" + repeated("!", 60),
    #"\binom{1000000}{500000}"#, #"\binom{10^9}{1000}"#, "(x+y+z)^{1000}", "(x+y)^{4000}", "(x+1)^{1000000000}",
    "(a+b+c+d+e+f+g+h)^{40}", #"\sqrt{10^{1000}+1}"#, #"(\sqrt2+\sqrt3+\sqrt5+\sqrt7+\sqrt{11})^{60}"#,
    #"(\sin x+\cos x)^{200}"#, #"\sin^{500}x"#, "e^{e^{e^{e}}}", "x^{x^{x^{x}}}", #"\sin(10^{100})"#, "1/3200!",
    #"(\frac{123456789}{987654321})^{400}"#, #"\log_{2}(3)^{1000}"#, #"\ln(\ln(2))"#, #"\tan(90^\circ)"#,
    #"\sqrt{123456789012345678901234567890}"#, #"\sqrt{18446744073709551557}"#,
    // An exponent whose error is larger than the largest magnitude.
    "9^1^1^(x-ln+2s-los^-1r-1+2x+x^4cos^-0+2x+1%%(x-ln+2s-l)^2)^29",
    // Products of long fractions, whose greatest common divisor takes the square of their length.
    #"(\frac{123456789}{1000})^{999.5}"#, #"(\frac{44444444444444444444444444444444444444444444444}{79})^{200.3}"#,
    "11%^7%^2%^200.3",
    // Large numbers need a high precision, where π and logarithms take long.
    #"\frac{(10^{934}+4\%)}{2850^\circ}"#, #"(\log(19)+(e)^{10}+\sqrt{\sqrt{73930.83649508543}})^{100}"#,
  ]

  private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  private static let long: [String] = [
    repeated("1", 1_000_000), repeated("1", 1_999),
    repeated("{", 1_000_000), repeated("-", 10_000) + "1",
    nested("(", "1", ")", 10_000), nested("{", "1", "}", 3_000), nested(#"\sqrt{"#, "2", "}", 60),
    nested(#"\frac{1}{1+"#, "x", "}", 60), repeated(#"\frac"#, 1_500),
    repeated(#"\boxed{"#, 100_000), repeated("$", 8_000),
    repeated("|", 8_000), repeated("1:", 4_000) + "1",
    repeated("1/", 4_000) + "1", "1" + repeated("=1", 4_000),
    repeated("x", 8_000), repeated("√", 2_000) + "2",
    repeated(#"\begin{pmatrix}"#, 500), repeated(#"\pm 1"#, 1_500),
  ]

  private static let sums: [String] = [
    (2..<500).map { number -> String in "\\sqrt{\(number)}" }.joined(separator: "+"),
    (1..<900).map { number -> String in "1/\(number)" }.joined(separator: "+"),
    (0..<40).map { number -> String in "(a_{\(number)}+b)" }.joined(),
    (1..<40).map { number -> String in "\\frac{1}{x_{\(number)}+1}" }.joined(separator: "+"),
    (0..<1_500).map { number -> String in "\(number)" }.joined(separator: ", "),
    "0." + repeated("3", 1_990),
  ]

  static let answers = short + long + sums

  private static let limit: Duration = Sanitizer.isOn ? .seconds(5) : .milliseconds(100)

  /// `make torture` runs more.
  private static let randomCount = ProcessInfo.processInfo.environment["REVERSAL_TORTURE"] == "1" ? 50_000 : 500

  @Test func randomExpressionsTakeNoTime() {
    var expressions = RandomExpressions(seed: 1)
    for number in 0..<Self.randomCount {
      let answer = expressions.next(depth: 1 + number % 4)
      let reference = ["5", "\(answer)+1", expressions.next(depth: 2)][number % 3]
      let best = Self.leastTime { _ = Corpus.judge(completion: #"\boxed{\#(answer)}"#, reference: reference) }
      #expect(best < Self.limit, "\(answer) against \(reference) took \(best)")
    }
  }

  /// Each pair of elements is told apart or shown to be one by its values, and all of them draw on one budget.
  @Test(arguments: [10, 40, 180]) func longListsTakeNoTime(count: Int) {
    let doubled = (1..<count).map { "\\sin(\(2 * $0))" }
    let halves = (1..<count).map { "2\\sin(\($0))\\cos(\($0))" }
    for list in [halves, halves.reversed(), halves.map { $0 + "+1" }] {
      let best = Self.leastTime {
        _ = Corpus.judge(
          completion: #"\boxed{\#(doubled.joined(separator: ", "))}"#, reference: list.joined(separator: ", "))
      }
      #expect(best < Self.limit, "\(count) elements took \(best)")
    }
  }

  @Test(arguments: answers.indices)
  func takesNoTime(place: Int) {
    let answer = Self.answers[place]
    for (completion, reference) in [
      (#"\boxed{\#(answer)}"#, "5"), (answer, "5"), (#"\boxed{5}"#, answer), (#"\boxed{\#(answer)}"#, "x+1"),
      (#"\boxed{\#(answer)+1}"#, answer),
    ] {
      let best = Self.leastTime {
        #expect(Corpus.judge(completion: completion, reference: reference).0 != .correct)
      }
      #expect(best < Self.limit, "\(completion.prefix(60)) against \(reference.prefix(60)) took \(best)")
    }
  }

  /// Processor time, and the best of five, as a machine may be shared: the bound is one of work, far above what is needed.
  private static func leastTime(_ work: () -> Void) -> Duration {
    var best = Duration.seconds(1_000)
    for _ in 0..<5 where best >= limit { best = min(best, ThreadTime.measure(work)) }
    return best
  }
}
