import Audit
import Core
import Foundation
import Randomness
import Report
import Synchronization
import Testing

/// Semantic diversity with an embedder made up by the test.
@Suite struct SemanticTests {
  /// A vector that depends on the bytes of a text, not of unit length; remembers what it was asked.
  private final class ByteEmbedder: SentenceEmbedder {
    let name = "bytes"
    let calls = Mutex<[[String]]>([])

    func embed(_ texts: [String]) -> [[Float]] {
      calls.withLock { $0.append(texts) }
      return texts.map { Self.vector($0) }
    }

    static func vector(_ text: String) -> [Float] {
      var stream = RandomStream(seed: 5, text)
      return (0..<7).map { _ in Float(3 * stream.normal()) }
    }
  }

  /// By its definition, pair by pair.
  private static func definition(_ vectors: [[Float]]) -> Double? {
    guard vectors.count >= 2 else { return nil }
    let units = vectors.map { vector in
      let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      return vector.map { Double($0) / length }
    }
    var sum = 0.0
    for i in units.indices {
      for j in units.indices where i != j { sum += zip(units[i], units[j]).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    return 1 - sum / Double(units.count * (units.count - 1))
  }

  @Test(arguments: [0, 1, 2, 3, 10, 57]) func isOneMinusTheMeanCosine(count: Int) throws {
    let vectors = (0..<count).map { ByteEmbedder.vector("text \($0)") }
    var diversity = SemanticDiversity()
    for vector in vectors { diversity.add(vector) }
    guard let expected = Self.definition(vectors) else {
      #expect(diversity.value == nil)
      return
    }
    #expect(abs(try #require(diversity.value) - expected) < 1e-12)
  }

  @Test func duplicatesCountAsOftenAsTheyAreThere() throws {
    let vectors = [ByteEmbedder.vector("a"), ByteEmbedder.vector("b")]
    var counted = SemanticDiversity()
    counted.add(vectors[0], count: 3)
    counted.add(vectors[1])
    let expected = try #require(Self.definition([vectors[0], vectors[0], vectors[0], vectors[1]]))
    #expect(abs(try #require(counted.value) - expected) < 1e-12)
  }

  @Test(arguments: [([1, 0], 0.0), ([0, 1], 1.0), ([-2, 0], 2.0)] as [([Float], Double)])
  func bounds(other: [Float], expected: Double) throws {
    var diversity = SemanticDiversity()
    diversity.add([3, 0])
    diversity.add(other)
    let value = try #require(diversity.value)
    #expect(abs(value - expected) < 1e-12 && 0...2 ~= value)
  }

  // MARK: In an audit

  /// Answers of two iterations, drawn from a few texts a question; M_1 has more samples than M_2.
  private static func input(questions: Int = 30, texts: Int = 9) -> [[JudgedCompletion]] {
    [(1, 12), (2, 8)].map { iteration, samples in
      (0..<questions).flatMap { question in
        (0..<samples).map { index in
          var stream = RandomStream(seed: 3, "\(iteration) \(question) \(index)")
          let text = stream.index(below: iteration == 1 ? texts : max(texts / 3, 1))
          // The last question has no correct answers.
          return Made.answer(
            question, .sampled, index: index, isCorrect: question < questions - 1 && stream.index(below: 2) == 0,
            text: "question \(question) text \(text)")
        }
      }
    }
  }

  private func audit(
    _ answers: [[JudgedCompletion]], questions: Int = 30, _ embedder: (any SentenceEmbedder)?, reversed: Bool = false
  ) throws -> AuditResult {
    try Auditor.audit(
      AuditInput(
        problems: Made.problems(questions),
        iterations: answers.enumerated().map {
          AuditInput.Iteration(iteration: $0 + 1, completions: reversed ? $1.reversed() : $1)
        }), seed: 1, resamples: 50, embedder: embedder)
  }

  @Test func everyFigureIsThatOfItsDefinition() throws {
    let answers = Self.input()
    let result = try audit(answers, ByteEmbedder())
    func members(_ iteration: Int, _ question: Int, _ isCorrect: Bool) -> [[Float]] {
      answers[iteration - 1].filter {
        $0.completion.problemID.rawValue == "q\(question)" && $0.completion.sampleIndex < 8 && $0.isCorrect == isCorrect
      }.map { ByteEmbedder.vector($0.completion.text) }
    }
    for stratum in AuditResult.Stratum.allCases {
      for iteration in 1...2 {
        let values = (0..<30).compactMap { Self.definition(members(iteration, $0, stratum == .correct)) }
        let row = try #require(result.diversity.first { $0.iteration == iteration && $0.stratum == stratum })
        let estimate = try #require(row.semantic)
        #expect(estimate.n == values.count && values.count >= 25)
        #expect(abs(estimate.estimate - values.reduce(0, +) / Double(values.count)) < 1e-9)
        #expect(estimate.low < estimate.estimate && estimate.estimate < estimate.high)
      }
      let differences = (0..<30).compactMap { question -> Double? in
        let sides = (1...2).map { members($0, question, stratum == .correct) }
        let count = min(sides[0].count, sides[1].count)
        guard let first = Self.definition(Array(sides[0].prefix(count))),
          let later = Self.definition(Array(sides[1].prefix(count)))
        else { return nil }
        return later - first
      }
      let axis = try #require(result.verdict.axes.first { $0.axis == "semantic_\(stratum.rawValue)" })
      let effect = try #require(axis.effect)
      #expect(effect.n == differences.count && effect.estimate < 0)
      #expect(abs(effect.estimate - differences.reduce(0, +) / Double(differences.count)) < 1e-9)
    }
    #expect(AuditSummary(result).text.contains("semantic, correct"))
    #expect(AuditSummary.missingMeasure(in: result) == nil)
  }

  @Test func equalAnswersToAQuestionAreEmbeddedOnce() throws {
    let embedder = ByteEmbedder()
    let result = try audit(Self.input(), embedder)
    let asked = embedder.calls.withLock { $0.flatMap { $0 } }
    #expect(Set(asked).count == asked.count)
    #expect(asked.count <= 30 * 9)
    // Neither the order of the answers nor a run of its own changes a byte.
    #expect(try audit(Self.input(), ByteEmbedder(), reversed: true).json() == result.json())
  }

  @Test func anAnswerWithoutAnotherOfItsKindIsNotEmbedded() throws {
    let embedder = ByteEmbedder()
    let alone = [true, false, false].enumerated().map {
      Made.answer(0, .sampled, index: $0, isCorrect: $1, text: "text \($0)")
    }
    _ = try audit([alone], questions: 1, embedder)
    #expect(embedder.calls.withLock { $0 } == [["text 1", "text 2"]])
  }

  /// More texts than are embedded at a time, cut within a question.
  @Test func manyAnswersAreEmbeddedInPieces() throws {
    let answers = [
      (0..<150).flatMap { question in
        (0..<31).map {
          Made.answer(question, .sampled, index: $0, isCorrect: true, text: "\(question) \($0)")
        }
      }
    ]
    let embedder = ByteEmbedder()
    let result = try audit(answers, questions: 150, embedder)
    #expect(embedder.calls.withLock { $0.map(\.count) } == [2_048, 2_048, 150 * 31 - 4_096])
    let expected = (0..<150).compactMap { question in
      Self.definition((0..<31).map { ByteEmbedder.vector("\(question) \($0)") })
    }
    let estimate = try #require(result.diversity.first { $0.stratum == .correct }?.semantic)
    #expect(estimate.n == 150 && abs(estimate.estimate - expected.reduce(0, +) / 150) < 1e-9)
  }

  @Test func withoutAnEmbedderItIsNullAndTheSummarySaysHowToGetIt() throws {
    let result = try audit(Self.input(), nil)
    #expect(result.diversity.allSatisfy { $0.semantic == nil })
    #expect(!result.verdict.axes.contains { $0.axis.hasPrefix("semantic") })
    let lines = AuditSummary(result).text.split(separator: "\n").filter { $0.contains("semantic") }
    #expect(lines.count == 1 && lines[0].contains("reversal model fetch all-MiniLM-L6-v2"))
  }

  private struct FailingEmbedder: SentenceEmbedder {
    let name = "failing"
    func embed(_ texts: [String]) throws -> [[Float]] { throw InputError("no vectors today") }
  }

  @Test func whatTheEmbedderThrowsEndsTheAudit() {
    #expect(throws: InputError("no vectors today")) { try audit(Self.input(), FailingEmbedder()) }
  }
}
