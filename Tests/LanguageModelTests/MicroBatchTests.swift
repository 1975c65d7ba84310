import LanguageModel
import Testing

@Suite struct MicroBatchTests {
  static let splits = [
    MicroBatching(parts: 3), MicroBatching(tokenLimit: 200), MicroBatching(tokenLimit: 1),
    MicroBatching(parts: 2, tokenLimit: 150),
  ]

  /// Gradient accumulation: the step that is computed in parts is the step computed at once.
  @Test(arguments: splits) func aStepInPartsIsTheWholeStep(split: MicroBatching) {
    let model = TinyTraining.model()
    let rows = TinyTraining.rows(40, seed: 2)
    let whole = GradientEngine(model, threads: 2)
    let parts = GradientEngine(model, threads: 2, microBatching: split)
    // Rows differ in their number of targets, so that a mean of means would be another number.
    #expect(abs(whole.supervised(rows) - parts.supervised(rows)) < 1e-6)
    #expect(relativeError(parts.gradient.array, whole.gradient.array) < 1e-5)

    let pairs = TinyTraining.pairs(40, seed: 3)
    let reference = GradientEngine(TinyTraining.model(seed: 9), threads: 2).pairLogProbabilities(pairs)
    let expected = whole.preference(pairs, reference: reference, beta: 0.3)
    let found = parts.preference(pairs, reference: reference, beta: 0.3)
    #expect(abs(found.loss - expected.loss) < 1e-6)
    #expect(abs(found.metrics.margin - expected.metrics.margin) < 1e-5)
    #expect(relativeError(parts.gradient.array, whole.gradient.array) < 1e-5)
  }

  @Test func aTrainingInPartsIsTheWholeTraining() throws {
    func losses(_ split: MicroBatching) throws -> [Double] {
      var settings = TinyTraining.settings()
      settings.microBatching = split
      let training = try FineTuning(TinyTraining.model(), on: TinyTraining.examples[0], settings)
      var losses: [Double] = []
      while let step = training.step() { losses.append(step.loss) }
      return losses
    }
    let expected = try losses(MicroBatching())
    #expect(expected.count > 3)
    for (found, expected) in zip(try losses(MicroBatching(tokenLimit: 100)), expected) {
      #expect(abs(found - expected) < 1e-5)
    }
  }

  @Test(arguments: splits) func microBatchesKeepTheirLimits(split: MicroBatching) {
    let lengths = TinyTraining.rows(100, seed: 4).map(\.tokens.count)
    let lanes = BatchSplit(lengths: lengths, laneLimit: 4, microBatching: split).lanes
    #expect(lanes.count == 4)
    #expect(lanes.flatMap { $0.flatMap(\.self) }.sorted() == Array(lengths.indices))
    for lane in lanes {
      if split.tokenLimit == nil { #expect(lane.count == split.parts) }
      for part in lane {
        let tokens = part.reduce(0) { $0 + lengths[$1] }
        #expect(!part.isEmpty && (part.count == 1 || tokens <= split.tokenLimit ?? .max))
      }
    }
  }

  @Test func stepsOfAFixedNumberOfRowsInTheirOrder() {
    var settings = TinyTraining.settings()
    settings.batchRows = 25
    settings.shuffles = false
    let plan = TrainingPlan(TinyTraining.examples[0], settings)
    let epoch = [Array(0..<25), Array(25..<50), Array(50..<60)]
    #expect(plan.steps == epoch + epoch)
  }
}
