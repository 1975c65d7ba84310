import Foundation
import Mathematics
import Randomness
import Testing

/// The MATH data set and real outputs, where they stand beside the package.
@Suite struct SharedAnswerTests {
  private static let hasMATH =
    SharedData.contains("data/math/train.jsonl") && SharedData.contains("data/math/test.jsonl")
  private static let hasOutputs = SharedData.contains("data/model_outputs/math_qwen_cot.jsonl")

  private struct Problem: Decodable { let solution, answer: String }
  private struct Output: Decodable {
    let reference, completion: String
    let correct: Bool
  }

  private static func rows<Row: Decodable>(_ path: String) throws -> [Row] {
    try Data(contentsOf: SharedData.file(path)).split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Row.self, from: $0)
    }
  }

  private static func problems() throws -> [Problem] {
    try rows("data/math/train.jsonl") + rows("data/math/test.jsonl")
  }

  @Test(.enabled(if: hasOutputs, "needs data/model_outputs in a shared folder; see REVERSAL_SHARED"))
  func agreesWithTheLabelsOfRealOutputs() throws {
    let outputs: [Output] = try Self.rows("data/model_outputs/math_qwen_cot.jsonl")
    let disagreements = outputs.filter {
      (Corpus.judge(completion: $0.completion, reference: $0.reference).0 == .correct) != $0.correct
    }
    #expect(outputs.count == 400)
    #expect(disagreements.count <= 2, "\(disagreements.map(\.reference))")
  }

  /// Two solutions have no answer, in the original as well.
  @Test(.enabled(if: hasMATH, "needs data/math in a shared folder; see REVERSAL_SHARED"))
  func everySolutionVerifiesAgainstItsAnswer() throws {
    let problems = try Self.problems()
    let failures = problems.filter { Corpus.judge(completion: $0.solution, reference: $0.answer).0 != .correct }
    #expect(problems.count == 12_500)
    #expect(failures.allSatisfy { $0.answer.isEmpty } && failures.count == 2, "\(failures.map(\.answer))")
    // A command without meaning defeats the comparison of texts: the parser must read every one of them.
    for answer in Set(problems.map(\.answer)).sorted() where !answer.isEmpty {
      let comparison = MathEquivalence.compare(answer: "\\displaystyle " + answer, reference: answer)
      #expect(comparison.outcome == .equal, "\(comparison)")
    }
  }

  /// Random pairs: those called equal have one normal form, or the one value in two notations.
  @Test(.enabled(if: hasMATH, "needs data/math in a shared folder; see REVERSAL_SHARED"))
  func differentReferencesAreDifferent() throws {
    let torture = ProcessInfo.processInfo.environment["REVERSAL_TORTURE"] == "1"
    let answers = Set(try Self.problems().map(\.answer)).filter { !$0.isEmpty }.sorted()
    var stream = RandomStream(seed: 1, "mathematics", "pairs")
    var unexplained: [String] = []
    for _ in 0..<(torture ? 100_000 : 5_000) {
      let (left, right) = (answers[stream.index(below: answers.count)], answers[stream.index(below: answers.count)])
      let comparison = MathEquivalence.compare(answer: left, reference: right)
      guard comparison.outcome == .equal, comparison.answer != comparison.reference else { continue }
      let readings = (Self.readings(comparison.answer), Self.readings(comparison.reference))
      if readings.0.isDisjoint(with: readings.1) { unexplained.append("\(left) | \(right)") }
    }
    #expect(unexplained.isEmpty, "\(unexplained)")
  }

  /// What a normal form may stand for, told by its text alone: without name, unit, degrees or base; a percentage and a
  /// ratio as decimals; a column as a tuple; a list sorted.
  private static func readings(_ form: String) -> Set<String> {
    var value = form.replacing("; ", with: ", ").replacing("[", with: "(").replacing("]", with: ")")
    if let equals = value.ranges(of: " = ").first { value = String(value[equals.upperBound...]) }
    let plain = value.prefix { $0 != "%" && $0 != "°" && $0 != " " }
    let sorted = value.split(separator: ", ").sorted().joined(separator: ", ")
    var readings: Set = [value, String(plain), sorted]
    let parts = plain.split { $0 == "/" || $0 == ":" }.compactMap { Double($0) }
    if let first = parts.first {
      let number = parts.dropFirst().reduce(first, /)
      readings.formUnion(["= \(number)", value.hasSuffix("%") ? "= \(number / 100)" : "= \(number)"])
    }
    return readings
  }
}
