import LanguageModel
import Testing

@Suite struct RecomputationTests {
  @Test(arguments: TinyTraining.examples) func recomputingGivesTheSameBits(examples: TrainingExamples) throws {
    func weights(_ recomputes: Bool) throws -> [Float] {
      var configuration = TinyTraining.configuration
      configuration.layerCount = 4
      let model = Model(random: configuration, seed: 1)
      var settings = TinyTraining.settings()
      settings.recomputesActivations = recomputes
      let training = try FineTuning(model, on: examples, settings)
      while training.step() != nil {}
      return model.parameters.array
    }
    #expect(try weights(true) == weights(false))
  }

  @Test func onlyBlockInputsAreKept() {
    var configuration = TinyTraining.configuration
    configuration.layerCount = 24
    var needs = WorkspaceNeeds()
    needs.tokenCount = 1000
    needs.scoreCount = 64 * 64
    needs.positionCount = 64
    func bytes(_ recomputes: Bool) -> Int {
      let workspace = Workspace(configuration, recomputes: recomputes)
      workspace.reserve(needs)
      _ = Transformer(Model(random: configuration, seed: 1), workspace).forward(PackedSequences([[1, 2, 3]]))
      return workspace.byteCount
    }
    let (kept, recomputed) = (bytes(false), bytes(true))
    // All but one block's activations shrink to its input: hidden of 4 hidden + 2 query + 2 key + 3 intermediate + 2.
    #expect(kept - recomputed == 4 * 1000 * 23 * (3 * 24 + 2 * 32 + 2 * 16 + 3 * 40 + 2))
    for recomputes in [false, true] {
      let expected =
        Workspace.activationBytes(configuration, needs, recomputes: recomputes)
        + Workspace.scratchBytes(configuration, needs, rank: 0)
      // Nothing has gone backward yet.
      let gradients = 4 * 1000 * (3 * 24 + 2 * 32 + 2 * 16 + 3 * 40)
      #expect((recomputes ? recomputed : kept) == expected - gradients)
    }
  }
}
