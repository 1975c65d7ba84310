import Mathematics
import Testing

/// What `reversal verify --explain` shows.
@Suite struct NormalFormTests {
  @Test(arguments: [
    (#"\frac{2}{4}"#, "1/2"), (#"\sqrt{12}"#, "2*√3"), (#"\frac{1}{\sqrt2}"#, "1/2*√2"), ("(x+1)^2", "x^2 + 2*x + 1"),
    (#"\frac{1}{i}"#, "-i"), (#"1\pm\sqrt2"#, "√2 + 1, -√2 + 1"), (#"\ln 8"#, "3*ln(2)"),
    (#"e^{\pi i}"#, "-1"), (#"2e^{-\frac{3\pi i}{4}}"#, "-i*√2 - √2"), (#"e^{x+\frac{\pi i}{2}}"#, "i*e^(x)"),
    (#"e^{\frac{25\pi i}{6}}"#, "1/2*i + 1/2*√3"), (#"e^{\frac{\pi i}{5}}"#, "e^(1/5*π*i)"), (#"\cos 60^\circ"#, "1/2"),
    ("x > 3", "x > 3"), (#"(-\infty, 2]"#, "(-∞, 2]"), (#"\text{(B)}"#, "b"), ("1011_2", "1011 in base 2"),
    (#"3\frac12"#, "7/2"), (#"12\text{ cm}"#, "12 cm"), (#"\{3, 1\}"#, "{3, 1}"),
  ])
  func isOneLine(answer: String, form: String) {
    #expect(MathEquivalence.compare(answer: answer, reference: "7777").answer == form)
  }

  @Test(arguments: [
    (#"\sqrt{12}"#, #"2\sqrt3"#), ("(x-1)(x+1)", "x^2-1"), (#"\sin^2 x"#, #"1-\cos^2 x"#), ("x>3", #"(3,\infty)"#),
  ])
  func aProofIsExact(answer: String, reference: String) {
    let comparison = MathEquivalence.compare(answer: answer, reference: reference)
    #expect(comparison.outcome == .equal && comparison.method == .exact)
  }

  @Test(arguments: [
    (#"\sqrt{3+2\sqrt2}"#, #"1+\sqrt2"#), (#"\sin 2x"#, #"2\sin x\cos x"#), ("(x+y+z)^{300}", "(z+y+x)^{300}"),
  ])
  func whatIsMeasuredStatesItsErrorProbability(answer: String, reference: String) throws {
    let comparison = MathEquivalence.compare(answer: answer, reference: reference)
    #expect(comparison.outcome == .equal)
    guard case .numeric(let probability) = comparison.method else {
      Issue.record("\(comparison)")
      return
    }
    #expect(probability > 0 && probability < 1e-12)
  }

  @Test func placesAreNamed() {
    #expect(MathAnswer.extract(from: #"\boxed{1}"#)?.place == .boxed)
    #expect(MathAnswer.extract(from: "The answer is 1.")?.place == .statement)
    #expect(MathAnswer.extract(from: "#### 1")?.place == .marker)
    #expect(MathAnswer.extract(from: "so $1$ it is")?.place == .formula)
    #expect(MathAnswer.extract(from: "1")?.place == .bare)
    #expect(MathAnswer.extract(from: "Nobody knows.") == nil)
  }
}
