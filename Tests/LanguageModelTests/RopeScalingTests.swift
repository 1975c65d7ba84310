import LanguageModel
import Testing

@Suite struct RopeScalingTests {
  private func tables(_ scaling: RopeScaling, theta: Double) -> RotaryTables {
    RotaryTables(
      ModelConfiguration(
        vocabularySize: 2, hiddenSize: 128, intermediateSize: 1, layerCount: 1, headCount: 1, keyValueHeadCount: 1,
        ropeTheta: theta, ropeScaling: scaling), positionCount: 2)
  }

  /// Sines of the frequencies that transformers 5.23 has for LLaMA 3.1: below, within and above the range in which its
  /// scaling changes.
  @Test(arguments: [
    (0, 0.8414709848), (14, 0.0566392919), (28, 0.00321144059), (29, 0.00216656893), (31, 0.000856751355),
    (34, 0.00017850779), (35, 9.55621216e-05), (36, 7.78465546e-05), (63, 3.06892588e-07),
  ])
  func llama3IsThatOfLlama31(index: Int, sine: Double) {
    let scaling = RopeScaling.llama3(
      factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContext: 8192)
    // At position 1 the angle is the frequency.
    let found = Double(tables(scaling, theta: 500_000).sine[64 + index])
    #expect(abs(found / sine - 1) < 2e-6)
  }

  @Test func linearDividesEveryPosition() {
    let scaled = tables(.linear(factor: 4), theta: 100)
    let plain = tables(.linear(factor: 1), theta: 100)
    for index in 0..<64 {
      let ratio = plain.sine[64 + index] / scaled.sine[64 + index]
      // sin x / sin (x / 4) lies below 4 for x > 0, and nears it as x shrinks.
      #expect(index == 0 ? ratio < 3.5 : ratio <= 4.0001 && (index < 40 || ratio > 3.99))
    }
  }
}
