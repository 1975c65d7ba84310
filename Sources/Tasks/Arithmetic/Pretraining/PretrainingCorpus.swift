import Randomness

/// The corpus M_0 is pretrained on, generated from a seed: any document by its index, without end.
///
/// The mixture runs from `early` to `late` over the first `documentCount` documents and stays there. No document holds a
/// problem of D, validation or test, nor a rephrasing of one, nor a template of the out-of-distribution set.
public struct PretrainingCorpus: Sendable {
  public let documentCount: Int
  public let early: PretrainingMixture
  public let late: PretrainingMixture
  private let generator: ArithmeticGenerator
  private let root: RandomStream

  public init(
    seed: UInt64, documentCount: Int = 60_000, early: PretrainingMixture = .early, late: PretrainingMixture = .late,
    difficulty: ArithmeticDifficulty = ArithmeticDifficulty()
  ) {
    let levelCount = difficulty.levelCount
    precondition(
      early.levels.count == levelCount && late.levels.count == levelCount, "a mixture needs one weight a level")
    self.documentCount = documentCount
    self.early = early
    self.late = late
    generator = ArithmeticGenerator(seed: seed, difficulty: difficulty)
    root = RandomStream(seed: seed, "arithmetic", "corpus")
  }

  /// Document `index`; depends on nothing but the seed, the settings and the index.
  public func document(_ index: Int) -> PretrainingDocument {
    draw(index).document
  }

  /// The problem that document `index` asks, before any corruption of its solution; nil where it asks none.
  package func wordProblem(_ index: Int) -> WordProblem? { draw(index).problem }

  private func draw(_ index: Int) -> (document: PretrainingDocument, problem: WordProblem?) {
    var stream = root.child(index)
    let fraction = documentCount > 1 ? min(Double(index) / Double(documentCount - 1), 1) : 1
    let mixture = early.mixed(with: late, fraction: fraction)
    let kinds = [mixture.equations, mixture.stories, mixture.inlineSums, mixture.questions]
    var problem: WordProblem?
    let text: MaskedText
    switch stream.index(weighted: kinds) {
    case 0: text = Equations.document(largest: fraction < 0.3 ? 50 : 150, &stream)
    case 1: text = Stories.document(&stream)
    case 2: text = InlineSums.document(&stream)
    default:
      let level = stream.index(weighted: mixture.levels) + 1
      let drawn = generator.draw(.pretraining, level: level, &stream)
      text = questionAndAnswer(drawn, mixture, &stream)
      problem = drawn
    }
    return (PretrainingDocument(pieces: text.pieces), problem)
  }

  private func questionAndAnswer(
    _ drawn: WordProblem, _ mixture: PretrainingMixture, _ stream: inout RandomStream
  ) -> MaskedText {
    let isCorrupted = stream.chance(mixture.corruptedShare)
    let solution = isCorrupted ? drawn.solution.corrupted(&stream) : drawn.solution
    let prompt = QuestionPrompt.text(drawn.question)
    return MaskedText(masked: prompt) + "\(trained: QuestionPrompt.completion(solution.text ?? ""))"
  }
}
