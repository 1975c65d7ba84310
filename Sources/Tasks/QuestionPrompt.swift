/// The prompt that the word-problem tasks and M_0's pretraining share. It must not end in a space: tokenizers keep a
/// space with the word after it.
enum QuestionPrompt {
  static func text(_ question: String) -> String { "Question: \(question)\nAnswer:" }
  static func completion(_ solution: String) -> String { " " + solution }
  /// Where a model without an end-of-sequence habit goes on to invent the next question.
  static let stop = ["\nQuestion:"]
}
