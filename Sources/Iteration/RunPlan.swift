import Core
import Randomness
import RunStore

/// The stages of a run and the questions of each, fixed by the configuration and the data.
package struct RunPlan: Sendable {
  package let configuration: RunConfiguration
  let trainCount: Int
  let testCount: Int
  let outOfDistributionCount: Int

  package init(configuration: RunConfiguration, trainCount: Int, testCount: Int, outOfDistributionCount: Int) {
    self.configuration = configuration
    self.trainCount = trainCount
    self.testCount = testCount
    self.outOfDistributionCount = outOfDistributionCount
  }

  /// Every stage in order, with its number of questions where that is known before the work.
  package var stages: [StageRecord] {
    (1...configuration.iterations).flatMap { iteration in
      let isHuman = configuration.method.step(at: iteration) == .humanAnswers
      return [
        StageRecord(key: StageKey(iteration, .select), total: isHuman ? trainCount : nil, unit: "rows"),
        StageRecord(key: StageKey(iteration, .train), total: nil, unit: "steps"),
      ] + answering(iteration).map { StageRecord(key: StageKey(iteration, $0), total: total($0), unit: "questions") }
    }
  }

  private func total(_ stage: Stage) -> Int? {
    switch stage {
    case .evaluateTest: testCount
    case .sampleTest: min(testCount, configuration.evaluation.questions ?? .max)
    case .evaluateOutOfDistribution: outOfDistributionCount
    case .sampleTrain: trainCount
    case .select, .train, .sampleFailed: nil
    }
  }

  /// The stages in which M_t answers questions, in order.
  package func answering(_ iteration: Int) -> [Stage] {
    var stages: [Stage] = [.evaluateTest]
    if configuration.evaluation.samples > 0 { stages.append(.sampleTest) }
    if iteration == 1, configuration.evaluation.firstIterationSamples > 0 { stages.append(.sampleFailed) }
    if outOfDistributionCount > 0 { stages.append(.evaluateOutOfDistribution) }
    // M_1's samples are its coverage even where nothing is trained on them.
    if iteration == 1
      || iteration < configuration.iterations && configuration.method.step(at: iteration + 1).learnsFromSamples
    {
      stages.append(.sampleTrain)
    }
    return stages
  }

  package static func decoding(_ stage: Stage) -> Decoding {
    switch stage {
    case .evaluateTest, .evaluateOutOfDistribution: .greedy
    case .select, .train, .sampleTest, .sampleFailed, .sampleTrain: .sampled
    }
  }

  /// The questions that M_t is asked in a stage, in order; none where the stage asks none.
  func questions(_ key: StageKey, of store: RunStore) throws -> [Question] {
    func all(_ split: Split, _ samples: Int) throws -> [Question] {
      try store.problems(split).map { Question(problem: $0, samples: 0..<samples) }
    }
    let evaluation = configuration.evaluation
    switch key.stage {
    case .select, .train: return []
    case .evaluateTest: return try all(.test, 1)
    case .evaluateOutOfDistribution: return try all(.outOfDistribution, 1)
    case .sampleTest: return evaluation.sampledQuestions(of: try all(.test, evaluation.samples))
    case .sampleFailed:
      let greedy = try store.judgedCompletions(.test, iteration: key.iteration, decoding: .greedy)
      let failed = Set(greedy.filter { !$0.isCorrect }.map(\.completion.problemID))
      return furtherSamples(failed: failed, test: try store.problems(.test))
    case .sampleTrain: return try all(.train, configuration.sampling.n)
    }
  }

  /// The further samples of M_1: those of the questions in `failed` up to `first_iteration_samples`, without the ones
  /// that `sample_test` has drawn.
  func furtherSamples(failed: Set<ProblemID>, test: [RunProblem]) -> [Question] {
    let wanted = configuration.evaluation.firstIterationSamples
    let sampled = Set(configuration.evaluation.sampledQuestions(of: test).map(\.problem.id))
    let drawn = min(configuration.evaluation.samples, wanted)
    let questions = test.filter { failed.contains($0.problem.id) }
    return questions.filter { sampled.contains($0.problem.id) }.map { Question(problem: $0, samples: drawn..<wanted) }
      .filter { !$0.samples.isEmpty }
      + questions.filter { !sampled.contains($0.problem.id) }.map { Question(problem: $0, samples: 0..<wanted) }
  }

  /// A question and the indices of the samples to draw.
  struct Question: Sendable, Hashable {
    let problem: RunProblem
    let samples: Range<Int>
  }
}

extension RunConfiguration.Evaluation {
  /// The test questions that are sampled for diversity and pass@k: the first of an order that depends on the data alone,
  /// so that runs of other seeds and methods sample the same ones.
  public func sampledQuestions<Question>(of test: [Question]) -> [Question] {
    var order = RandomStream(seed: 0, "sampled test questions")
    return Array(order.shuffled(test).prefix(questions ?? .max))
  }
}
