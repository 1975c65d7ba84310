import Core
import Iteration
import LanguageModel
import Planning

/// Plans of small runs with numbers that can be computed by hand.
enum PlannedRun {
  /// 100 training and 50 test questions: prompts of 20 tokens, human answers of 9 tokens without their end.
  static func input(
    _ method: ImprovementMethod = .sftDPO, model: KnownModel? = KnownModel.named(byPath: "Llama-2-7b-hf"),
    edit: (inout RunConfiguration) -> Void = { _ in }
  ) -> PlanInput {
    var configuration = RunConfiguration(
      task: "gsm8k", model: "/models/Llama-2-7b-hf", method: method, iterations: 3,
      sampling: .init(n: 10, maxTokens: 100),
      evaluation: .init(samples: 4, questions: 20, firstIterationSamples: 16))
    configuration.selection = .init(maxCorrectPerQuestion: 4, maxPairsPerQuestion: 2, deduplicate: false)
    edit(&configuration)
    let shape = ModelShape(model?.configuration ?? tiny)
    return PlanInput(
      configuration: configuration, modelName: model?.name ?? "tiny", shape: shape, modelSource: "a test",
      train: questions(100), test: questions(50), outOfDistribution: questions(30),
      coverage: PlanConstant("coverage of M_1", Span(0.5, low: 0.4, high: 0.6), "", .given, "a test"),
      passAt1: PlanConstant("pass@1 of M_1", Span(0.6), "", .given, "a test"), threads: 2)
  }

  static func questions(_ count: Int, prompt: Int = 20, answer: Int = 9) -> QuestionSet {
    QuestionSet(
      count: count, prompts: TokenLengths(counted: Array(repeating: prompt, count: count), source: "a test"),
      answers: TokenLengths(counted: Array(repeating: answer, count: count), source: "a test"), .counted,
      source: "a test")
  }

  /// Hidden size 8, 2 heads of 4, one of them for keys and values, feed-forward 16, 3 blocks, 50 tokens.
  static let tiny = ModelConfiguration(
    vocabularySize: 50, hiddenSize: 8, intermediateSize: 16, layerCount: 3, headCount: 2, keyValueHeadCount: 1,
    maxPositionCount: 256)
}
