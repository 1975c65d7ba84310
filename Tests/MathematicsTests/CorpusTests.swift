import Mathematics
import Testing

@Suite struct CorpusTests {
  @Test func everyAnswerGetsTheVerdictItMust() throws {
    let rows = try Corpus.rows()
    for row in rows {
      let (found, comparison) = Corpus.judge(completion: row.completion, reference: row.reference)
      #expect(found == row.expected, "\(row): \(comparison)")
    }
  }

  @Test func aThirdOfTheCorpusIsRefused() throws {
    let rows = try Corpus.rows()
    #expect(rows.count >= 600)
    #expect(rows.filter { $0.expected != .correct }.count * 3 >= rows.count)
    #expect(Set(rows.map { "\($0.reference)\n\($0.completion)" }).count == rows.count, "a row stands twice")
  }

  /// Rounding is the reference's alone; everything else is decided alike from both sides.
  @Test func equalityIsSymmetric() throws {
    for row in try Corpus.rows() where !row.reference.contains("approx") && !row.completion.contains("approx") {
      let answer = MathAnswer.extract(from: row.completion)?.text ?? ""
      let reference = MathAnswer.reference(from: row.reference)
      let there = MathEquivalence.compare(answer: answer, reference: reference).outcome == .equal
      let back = MathEquivalence.compare(answer: reference, reference: answer).outcome == .equal
      #expect(there == back, "\(row)")
    }
  }

  /// With a command without meaning in front, so that the texts differ and the values are compared.
  @Test func equalityIsReflexive() throws {
    for row in try Corpus.rows() {
      let reference = MathAnswer.reference(from: row.reference)
      #expect(MathEquivalence.compare(answer: reference, reference: reference).outcome == .equal, "\(row)")
      let comparison = MathEquivalence.compare(answer: reference, reference: "\\displaystyle " + reference)
      #expect(
        comparison.outcome == .equal || comparison.outcome == .unreadableReference || comparison.method == .text,
        "\(row): \(comparison)")
    }
  }

  /// What a user is shown says something, in one line.
  @Test func everyComparisonExplainsItself() throws {
    for row in try Corpus.rows() {
      let (_, comparison) = Corpus.judge(completion: row.completion, reference: row.reference)
      #expect(!comparison.reason.isEmpty && !comparison.reason.contains("\n"))
      #expect(comparison.answer.utf8.count <= 4_000 && comparison.reference.utf8.count <= 4_000)
      if comparison.outcome == .equal { #expect(!comparison.answer.isEmpty && !comparison.reference.isEmpty) }
    }
  }
}
