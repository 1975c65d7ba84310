import Core
import Foundation
import RunStore
import Testing

/// What judging needs and finds beside an outcome is kept.
@Suite struct JudgingTests {
  @Test func choicesTestsStrictVerdictsAndReasonsAreKept() throws {
    let temporary = try TemporaryRun()
    let material = Problem.Material(
      choices: Problem.Material.labelled(["red", "blue"]), tests: ["assert f(1)"], setup: "import math")
    let problem = RunProblem(
      split: .test,
      problem: Problem(id: "c", task: "fake", question: "Which?", reference: "A", material: material), prompt: "Q c")
    let store = try RunStore.create(
      at: temporary.folder, manifest: TemporaryRun.manifest, problems: TemporaryRun.problems + [problem],
      stages: TemporaryRun.stages, configurationText: nil, now: { Date(timeIntervalSince1970: 1_700_000_001) })
    #expect(try store.problems(.test).last == problem)
    #expect(try store.problems(.test).first?.problem.material.isEmpty == true)
    let verdicts = [
      Verdict(.correct, extracted: "1", strict: .unparsed), Verdict(.timeout, reason: "no end\u{0} in 5 s"),
      Verdict(.unparsed, strict: .error, reason: "A or B"),
    ]
    let answers = verdicts.enumerated().map { index, verdict in
      JudgedCompletion(
        completion: Completion(problemID: "c", sampleIndex: index, decoding: .sampled, text: "t"), verdict: verdict)
    }
    try store.append(answers, split: .test, to: StageKey(1, .sampleTest), done: 1, total: 2)
    #expect(try store.judgedCompletions(.test, iteration: 1, decoding: .sampled).map(\.verdict) == verdicts)
  }

  /// JSON written before there were strict verdicts is read.
  @Test func olderVerdictsAreRead() throws {
    let decoder = JSONDecoder()
    #expect(
      try decoder.decode(Verdict.self, from: Data(#"{"verdict":"correct","extracted":"2"}"#.utf8))
        == Verdict(.correct, extracted: "2"))
    #expect(try JSONLines.line(Verdict(.correct, extracted: "2")) == #"{"extracted":"2","verdict":"correct"}"#)
  }
}
