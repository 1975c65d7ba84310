import Core
import Foundation

/// Multiple-choice questions about everyday knowledge (Talmor et al. 2019, arXiv 1811.00937).
public struct CommonsenseQATask: BenchmarkTask {
  public let name = "csqa"
  public let version = 1
  public var verifier: any Verifier { ChoiceVerifier() }

  public init() {}

  public var dataSet: DataSet? {
    let home = "https://raw.githubusercontent.com/kojima-takeshi188/zero_shot_cot/main/dataset/CommonsenseQA"
    return DataSet(
      folder: "csqa", home: "https://www.tau-nlp.sites.tau.ac.il/commonsenseqa", licence: "MIT",
      note: "The answers of its test split are not public; its authors' dev split is the one evaluated on.",
      evaluationSplit: .validation,
      files: [
        DataFile(
          "train.jsonl", aliases: ["train_rand_split.jsonl"], parts: [.init(.train, 9_741)],
          sha256: "58ffa3c8472410e24b8c43f423d89c8a003d8284698a6ed7874355dedd09a2fb",
          address: "\(home)/train_rand_split.jsonl"),
        DataFile(
          "dev.jsonl", aliases: ["dev_rand_split.jsonl"], parts: [.init(.validation, 1_221)],
          sha256: "3210497fdaae614ac085d9eb873dd7f4d49b6f965a93adadc803e1229fd8a02a",
          address: "\(home)/dev_rand_split.jsonl"),
      ])
  }

  public func goldCompletion(for problem: Problem) -> String {
    QuestionPrompt.completion(goldReply(for: problem))
  }

  /// `(B) library`.
  public func goldReply(for problem: Problem) -> String {
    let choice = problem.material.choices.first { $0.label == problem.reference }
    return choice.map { "(\($0.label)) \($0.text)" } ?? problem.reference
  }

  public func loadProblems(from file: URL, split: DataSplit?) throws -> [Problem] {
    try ProblemFile(file: file, task: name).read(Row.self) { row, _ in
      let material = row.question.material
      guard let key = row.answerKey, material.choices.contains(where: { $0.label == key }) else {
        throw InputError("the field 'answerKey' names none of the choices; take a split that has answers")
      }
      return Problem(
        id: ProblemID("\(name)/\(row.id)"), task: name,
        question: Self.question(row.question.stem, material.choices), reference: key, material: material)
    }
  }

  /// The question with its choices, one a line.
  static func question(_ stem: String, _ choices: [Problem.Choice]) -> String {
    ([stem] + choices.map { "(\($0.label)) \($0.text)" }).joined(separator: "\n")
  }

  private struct Row: Decodable {
    let id: String
    let answerKey: String?
    let question: Question
  }

  private struct Question: Decodable {
    let stem: String
    let material: Problem.Material

    private enum CodingKeys: String, CodingKey { case stem }

    init(from decoder: any Decoder) throws {
      stem = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .stem)
      material = try Problem.Material(from: decoder)
    }
  }
}
