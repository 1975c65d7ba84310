import Core
import Randomness

/// Chooses the training rows of self-improvement from judged answers.
///
/// An answer counts as correct when its verdict is `correct` and as incorrect when it is `incorrect`, `unparsed` or
/// `timeout`; where the verifier failed (`error`) it counts as neither. An answer cut off at the token limit is treated
/// by its verdict like any other: it is incorrect unless its final answer was found and is right.
public struct TrainingSetBuilder: Sendable {
  public let selection: RunConfiguration.Selection
  private let stream: RandomStream

  public init(selection: RunConfiguration.Selection, seed: UInt64) {
    self.selection = selection
    stream = RandomStream(seed: seed, "training set")
  }

  /// The correct answers to one question; no row where there is none.
  public func supervisedRows(prompt: Prompt, answers: [JudgedCompletion]) -> [SupervisedRow] {
    correct(answers, to: prompt.problemID).prefix(selection.maxCorrectPerQuestion ?? .max).map {
      SupervisedRow(problemID: prompt.problemID, prompt: prompt.text, completion: Self.text(of: $0))
    }
  }

  /// Pairs of a correct and an incorrect answer to one question, all different; none where either side is empty.
  ///
  /// The answers of each side are used equally often, up to one time, whatever the cap.
  public func preferenceRows(prompt: Prompt, answers: [JudgedCompletion]) -> [PreferenceRow] {
    let chosen = correct(answers, to: prompt.problemID)
    // A verifier that ran out of time may judge one text both ways.
    let correctTexts = Set(chosen.map(\.completion.text))
    let rejected = candidates(answers, to: prompt.problemID, named: "incorrect") {
      Self.isIncorrect($0) && !correctTexts.contains($0.completion.text)
    }
    guard !chosen.isEmpty, !rejected.isEmpty else { return [] }
    // Steps along both lists at once; after each common multiple of their lengths the second list is moved on by one,
    // so that no pair comes twice until all have come.
    let round = chosen.count / Self.greatestCommonDivisor(chosen.count, rejected.count) * rejected.count
    let count = min(selection.maxPairsPerQuestion ?? .max, chosen.count * rejected.count)
    return (0..<count).map { k in
      PreferenceRow(
        problemID: prompt.problemID, prompt: prompt.text, chosen: Self.text(of: chosen[k % chosen.count]),
        rejected: Self.text(of: rejected[(k + k / round) % rejected.count]))
    }
  }

  /// The rows of all questions in the order of training.
  public func shuffled<Row>(_ rows: [Row]) -> [Row] {
    var order = stream.child("order")
    return order.shuffled(rows)
  }

  /// `count` rows out of `rows`: whole passes in an order of their own each, and a part of one more.
  func repeated<Row>(_ rows: [Row], count: Int) -> [Row] {
    guard !rows.isEmpty else { return [] }
    var result: [Row] = []
    var pass = 0
    while result.count < count {
      var order = stream.child("pass").child(pass)
      result += order.shuffled(rows).prefix(count - result.count)
      pass += 1
    }
    return result
  }

  private func correct(_ answers: [JudgedCompletion], to problem: ProblemID) -> [JudgedCompletion] {
    candidates(answers, to: problem, named: "correct", where: \.isCorrect)
  }

  /// Those answers that pass, each text once where duplicates are removed, in an order of their own.
  private func candidates(
    _ answers: [JudgedCompletion], to problem: ProblemID, named name: String, where passes: (JudgedCompletion) -> Bool
  ) -> [JudgedCompletion] {
    var seen: Set<String> = []
    let kept = answers.filter(passes).filter { !selection.deduplicate || seen.insert($0.completion.text).inserted }
    var order = stream.child(name).child(problem.rawValue)
    return order.shuffled(kept)
  }

  private static func isIncorrect(_ answer: JudgedCompletion) -> Bool {
    switch answer.verdict.outcome {
    case .incorrect, .unparsed, .timeout: true
    case .correct, .error: false
    }
  }

  private static func text(of answer: JudgedCompletion) -> TrainingText {
    TrainingText(text: answer.completion.text, tokenIDs: answer.completion.tokenIDs)
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
}
