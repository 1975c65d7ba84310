import Foundation
import Mathematics
import Randomness
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

  /// Processor time, and the best of five, as a machine may be shared: the bound is one of work, far above what is needed.
  @Test(arguments: answers.indices)
  func takesNoTime(place: Int) {
    let answer = Self.answers[place]
    for (completion, reference) in [
      (#"\boxed{\#(answer)}"#, "5"), (answer, "5"), (#"\boxed{5}"#, answer), (#"\boxed{\#(answer)}"#, "x+1"),
      (#"\boxed{\#(answer)+1}"#, answer),
    ] {
      var best = Duration.seconds(1_000)
      for _ in 0..<5 {
        var found = Corpus.Row.Expected.correct
        best = min(
          best, ThreadTime.measure { found = Corpus.judge(completion: completion, reference: reference).0 })
        #expect(found != .correct)
        if best < .milliseconds(100) { break }
      }
      #expect(best < .milliseconds(100), "\(completion.prefix(60)) against \(reference.prefix(60)) took \(best)")
    }
  }

  /// Random texts of mathematical tokens and mutants of the corpus; a million with REVERSAL_TORTURE=1.
  @Test func neverCrashes() throws {
    let count = ProcessInfo.processInfo.environment["REVERSAL_TORTURE"] == "1" ? 1_000_000 : 10_000
    let rows = try Corpus.rows()
    var stream = RandomStream(seed: 4, "mathematics", "fuzz")
    for _ in 0..<count {
      let answer = Self.random(&stream, rows)
      let reference = stream.index(below: 4) == 0 ? answer + " " : Self.random(&stream, rows)
      var found: Comparison?
      // A shared machine is slower now and then: what seems slow is measured again.
      var best = Duration.seconds(1_000)
      for _ in 0..<5 where best > .milliseconds(100) {
        best = min(
          best,
          ThreadTime.measure {
            found = MathEquivalence.compare(answer: answer, reference: reference)
            _ = MathAnswer.extract(from: answer)
          })
      }
      let comparison = try #require(found)
      #expect(best < .milliseconds(100), "\(answer) | \(reference) took \(best)")
      #expect(!comparison.reason.isEmpty)
      let back = MathEquivalence.compare(answer: reference, reference: answer)
      if !answer.contains("approx"), !answer.contains("≈"), !reference.contains("approx"), !reference.contains("≈") {
        #expect((comparison.outcome == .equal) == (back.outcome == .equal), "\(answer) | \(reference)")
      }
    }
  }

  private static let commands =
    #"\frac \sqrt { } ( ) [ ] + - * / ^ _ = < > , ; : ! % | & \\ \{ \} \pi e i x y n 0 1 2 3 12 0.5 1,000 \infty \cup"#
  private static let moreCommands =
    #"\pm \mp \le \ne \approx \in \sin \cos \tan \log \ln ^\circ \text{ \begin{pmatrix} \end{pmatrix} \binom \$"#
  private static let others: [String] = [
    " ", "½", "√", "²", "≤", "−", "π", "\\", "\\boxed{", " and ", "cm", "Sunday", "999999999999", "\\overline{", ".",
  ]
  private static let tokens: [String] =
    commands.split(separator: " ").map(String.init) + moreCommands.split(separator: " ").map(String.init) + others

  private static func random(_ stream: inout RandomStream, _ rows: [Corpus.Row]) -> String {
    if stream.index(below: 2) == 0 {
      return (0..<(1 + stream.index(below: 24))).map { _ in tokens[stream.index(below: tokens.count)] }.joined()
    }
    let row = rows[stream.index(below: rows.count)]
    var text = Array((stream.index(below: 2) == 0 ? row.reference : row.completion).unicodeScalars)
    for _ in 0..<(1 + stream.index(below: 3)) where !text.isEmpty {
      let place = stream.index(below: text.count)
      switch stream.index(below: 3) {
      case 0: text.remove(at: place)
      case 1: text.insert(contentsOf: tokens[stream.index(below: tokens.count)].unicodeScalars, at: place)
      default: text.insert(contentsOf: text[..<place].suffix(8), at: place)
      }
    }
    return String(String.UnicodeScalarView(text))
  }
}
