import Core

/// The readable final answers among some samples of a question, counted. All correct ones are one answer.
struct FinalAnswers: Sendable {
  /// Samples of each different answer, in an order that means nothing.
  private(set) var counts: [Int] = []
  private(set) var wrongCount = 0
  private(set) var distinctWrong = 0

  /// Samples with a readable answer.
  var count: Int { counts.reduce(0, +) }

  /// Nil where the answer of an incorrect sample is not known: samples that came with `correct` alone, and programs.
  init?(_ samples: ArraySlice<Answer>) {
    var wrong: [UInt64] = []
    var correct = 0
    for sample in samples {
      switch (sample.outcome, sample.extracted) {
      case (.correct, _): correct += 1
      case (.incorrect, let answer?): wrong.append(answer)
      case (.incorrect, nil): return nil
      case (.unparsed, _), (.timeout, _), (.error, _): break
      }
    }
    wrong.sort()
    var start = 0
    for index in wrong.indices where index + 1 == wrong.count || wrong[index + 1] != wrong[index] {
      counts.append(index + 1 - start)
      start = index + 1
    }
    wrongCount = wrong.count
    distinctWrong = counts.count
    if correct > 0 { counts.append(correct) }
  }
}
