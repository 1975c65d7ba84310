import Audit
import Core
import Foundation
import Report
import Testing

@Suite struct RunComparerTests {
  private func run(
    _ name: String, _ outcomes: [[Bool]], from first: Int = 0, question: String = "?"
  ) -> RunComparer.Run {
    let problems = outcomes[0].indices.map { index in
      Problem(id: ProblemID("q\(first + index)"), task: "made", question: question, reference: "1")
    }
    let iterations = outcomes.enumerated().map { t, outcomes in
      AuditInput.Iteration(
        iteration: t + 1, completions: outcomes.enumerated().map { Made.answer(first + $0, isCorrect: $1) })
    }
    return RunComparer.Run(name: name, input: AuditInput(problems: problems, iterations: iterations))
  }

  private func half(_ count: Int) -> [Bool] { (0..<count).map { $0 % 2 == 0 } }

  @Test func theLastIterationsAreComparedOnTheSharedQuestions() throws {
    // B solves all that it is asked; of its 60 questions, 40 are A's.
    let a = run("A", [half(50), half(50)])
    let b = run("B", [half(60), [Bool](repeating: true, count: 60)], from: 10)
    let comparison = try RunComparer.compare([a, b], seed: 1, resamples: 200)
    #expect(comparison.questions == 40 && comparison.tables.map(\.at) == [.last, .best])
    let last = comparison.tables[0]
    #expect(last.runs.map(\.name) == ["A", "B"] && last.runs.map(\.iteration) == [2, 2])
    #expect(last.runs.map(\.questionsLeftOut) == [10, 20])
    let accuracy = try #require(last.differences.first { $0.measure == "pass_at_1" })
    #expect(accuracy.run == "B" && accuracy.finding == .higher && accuracy.difference?.estimate == 0.5)
    #expect(accuracy.difference?.n == 40)
    // A is the same at both; the earlier counts as the best.
    #expect(comparison.tables[1].runs.map(\.iteration) == [1, 2])
    let text = RunComparisonSummary(comparison).text
    #expect(text.hasPrefix("Compared on 40 questions that all runs have; left out: 10 of A, 20 of B."))
    #expect(text.contains("\npass@1") && text.contains("+50.0 [") && text.contains("higher"))
    #expect(text.contains("At the best iteration") && !text.contains("nan"))
    #expect(try JSONDecoder().decode(RunComparison.self, from: Data(comparison.json().utf8)) == comparison)
  }

  @Test func furtherMeasuresNameTheRuns() async throws {
    let input = try await MeasuresFixture.input()
    let other = AuditInput(problems: input.problems, iterations: Array(input.iterations.dropLast()))
    let comparison = try RunComparer.compare(
      [RunComparer.Run(name: "long", input: input), RunComparer.Run(name: "short", input: other)], seed: 1,
      resamples: 50)
    let text = RunComparisonSummary(comparison).text
    #expect(text.contains("pass@k against long, M_3") && text.contains("falls below long, M_3's from k"))
    #expect(text.contains("of the other only, expanded"))
    // What the audit of the two models by themselves would say.
    let crossover = try #require(comparison.tables[0].audit.measures?.passAtKCrossover.first)
    #expect(crossover.questions == 29 && crossover.largestK == 8)
  }

  @Test func aRunDoesNotDifferFromItself() throws {
    let a = run("A", [half(50), half(50)])
    let comparison = try RunComparer.compare(
      [a, RunComparer.Run(name: "again", input: a.input), RunComparer.Run(name: "third", input: a.input)], seed: 1,
      resamples: 50)
    #expect(comparison.tables[0].differences.filter { $0.difference != nil }.map(\.run) == ["again", "third"])
    #expect(comparison.tables[0].differences.allSatisfy { $0.finding == .inconclusive })
  }

  @Test func theOrderOfRunsOnlyTurnsTheSign() throws {
    let a = run("A", [half(30), half(30)])
    let b = run("B", [half(30), (0..<30).map { $0 % 3 != 0 }])
    func effect(_ runs: [RunComparer.Run]) throws -> Estimate {
      let table = try RunComparer.compare(runs, seed: 1, resamples: 100).tables[0]
      return try #require(table.differences.first { $0.measure == "pass_at_1" }?.difference)
    }
    #expect(try effect([a, b]).estimate == -(try effect([b, a]).estimate))
  }

  @Test func whatCannotBeComparedIsSaid() throws {
    let a = run("A", [half(4)])
    let cases: [([RunComparer.Run], String)] = [
      ([a], "give at least two runs to compare"),
      ([a, a], "two runs are named 'A'; give each its own name"),
      ([a, run("B", [half(4)], from: 4)], "A and B share no question; give runs of the same test"),
      (
        [a, run("B", [half(4)], question: "What?")],
        "'q0' is another question in B than in A; only the same test can be compared"
      ),
    ]
    for (runs, message) in cases {
      let error = #expect(throws: InputError.self) { try RunComparer.compare(runs, seed: 1, resamples: 10) }
      #expect(error?.description == message)
    }
  }
}
