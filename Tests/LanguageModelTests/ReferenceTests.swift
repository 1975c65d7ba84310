import Foundation
import LanguageModel
import Testing

/// The engine against PyTorch in float64. Tolerances are those of float32 sums over these sizes, with a margin of about 5.
@Suite struct ReferenceTests {
  @Test(arguments: ReferenceFixture.names) func logits(name: String) throws {
    let fixture = try ReferenceFixture(name)
    let c = fixture.model.configuration
    let row = fixture.expected.rows[fixture.expected.logits.row]
    let workspace = Workspace(c)
    let hidden = Transformer(fixture.model, workspace).forward(PackedSequences([row.tokens[...]]))
    let head = LossHead(fixture.model, workspace)
    for (position, expected) in fixture.expected.logits.values.enumerated() {
      // log p of every token of the vocabulary pins the logits up to the constant that softmax ignores.
      let logs = head.logProbabilities(hidden, (0..<c.vocabularySize).map { (position, Int32($0)) })
      let top = expected.max() ?? 0
      let logSum = top + log(expected.reduce(0) { $0 + exp($1 - top) })
      let error = zip(logs, expected).map { abs(Double($0) - ($1 - logSum)) }.max() ?? .infinity
      #expect(error < 2e-5)
    }
  }

  @Test(arguments: ReferenceFixture.names) func tokenLogProbabilitiesOfPackedRows(name: String) throws {
    let fixture = try ReferenceFixture(name)
    let engine = GradientEngine(fixture.model, threads: 2)
    let found = engine.tokenLogProbabilities(fixture.expected.rows.map(\.tokenRow))
    #expect(found.map(\.count) == fixture.expected.tokenLogProbabilities.map(\.count))
    for (row, expected) in zip(found, fixture.expected.tokenLogProbabilities) {
      for (log, reference) in zip(row, expected) { #expect(abs(Double(log) - reference) < 2e-5) }
    }
  }

  @Test(arguments: ReferenceFixture.names) func supervisedLossAndGradient(name: String) throws {
    let fixture = try ReferenceFixture(name)
    let engine = GradientEngine(fixture.model, threads: 1)
    let loss = engine.supervised(fixture.expected.rows.map(\.tokenRow))
    #expect(abs(loss - fixture.expected.sftLoss) < 1e-5)
    try expectGradient(engine.gradient.array, fixture.tensors("sft_gradient.safetensors"), fixture.model.layout)
  }

  @Test(arguments: ReferenceFixture.names) func preferenceLossAndGradient(name: String) throws {
    let fixture = try ReferenceFixture(name)
    let dpo = fixture.expected.dpo
    let reference = Model(
      configuration: fixture.model.configuration,
      parameters: FloatBuffer(try fixture.tensors("adamw_final.safetensors")))
    let pairs = fixture.expected.pairs.map { TokenPair(chosen: $0.chosen.tokenRow, rejected: $0.rejected.tokenRow) }
    let baseline = GradientEngine(reference, threads: 1).pairLogProbabilities(pairs)
    for (pair, expected) in zip(baseline, dpo.referenceLogProbabilities) {
      #expect(abs(pair.chosen - expected[0]) < 1e-4)
      #expect(abs(pair.rejected - expected[1]) < 1e-4)
    }
    let engine = GradientEngine(fixture.model, threads: 1)
    let outcome = engine.preference(pairs, reference: baseline, beta: dpo.beta)
    #expect(abs(outcome.loss - dpo.loss) < 1e-5)
    try expectGradient(engine.gradient.array, fixture.tensors("dpo_gradient.safetensors"), fixture.model.layout)
  }

  @Test(arguments: ReferenceFixture.names) func twelveStepsOfAdamW(name: String) throws {
    let fixture = try ReferenceFixture(name)
    let settings = OptimizerSettings(
      learningRate: 0.01, weightDecay: 0.1, gradientClip: 1, warmupSteps: 3, finalFraction: 0.1)
    let engine = GradientEngine(fixture.model, threads: 1)
    let optimizer = AdamW(engine.weights, settings, totalSteps: 12, threads: 1)
    for step in 0..<12 {
      let loss = engine.supervised(fixture.expected.rows.map(\.tokenRow))
      let norm = optimizer.update(engine.gradient)
      #expect(abs(loss - fixture.expected.adamw.losses[step]) < 2e-4)
      #expect(abs(norm / fixture.expected.adamw.gradientNorms[step] - 1) < 1e-3)
    }
    // Adam divides by the root of the second moment, so a weight whose gradient is near zero amplifies rounding.
    #expect(try relativeError(fixture.model.parameters.array, fixture.tensors("adamw_final.safetensors")) < 1e-3)
  }

  private func expectGradient(_ found: [Float], _ expected: [Float], _ layout: ParameterLayout) throws {
    for tensor in layout.tensors {
      let range = tensor.offset..<tensor.offset + tensor.count
      let error = relativeError(Array(found[range]), Array(expected[range]))
      #expect(error < 1e-5, "\(tensor.name): relative error \(error)")
    }
  }
}
