import Foundation
import Mathematics

/// The project's own answers with the verdict each must get: `Fixtures/math-answers.jsonl`.
enum Corpus {
  struct Row: Decodable, Sendable, CustomStringConvertible {
    enum Expected: String, Decodable { case correct, incorrect, unparsed }
    let reference: String
    let completion: String
    let expected: Expected
    let why: String

    var description: String { "\(reference) | \(completion) | \(why)" }
  }

  static func rows() throws -> [Row] {
    guard let folder = Bundle.module.url(forResource: "Fixtures", withExtension: nil) else { return [] }
    let data = try Data(contentsOf: folder.appending(path: "math-answers.jsonl"))
    return try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Row.self, from: $0) }
  }

  /// What a completion is found to be, as a verifier would say it.
  static func judge(completion: String, reference: String) -> (Row.Expected, Comparison) {
    let answer = MathAnswer.extract(from: completion)?.text ?? ""
    let comparison = MathEquivalence.compare(answer: answer, reference: MathAnswer.reference(from: reference))
    switch comparison.outcome {
    case .equal: return (.correct, comparison)
    case .different: return (.incorrect, comparison)
    case .unreadable, .unreadableReference: return (.unparsed, comparison)
    }
  }
}
