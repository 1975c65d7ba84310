import Core
import Foundation
import RunStore
import Testing

@Suite struct ExportTests {
  private func lines(_ export: RunExport, _ store: RunStore) throws -> [String] {
    var lines: [String] = []
    try export.lines(of: store) { lines.append($0) }
    return lines
  }

  @Test func completionsAreSamplesWithVerdicts() throws {
    let temporary = try TemporaryRun()
    let store = try temporary.create()
    try store.append(
      [
        TemporaryRun.answer("a", text: "é/\n#### 1", tokenIDs: [1, 2]),
        TemporaryRun.answer("b", tokenIDs: nil, outcome: .timeout, extracted: nil),
      ], split: .test, to: StageKey(1, .evaluateTest), done: 2, total: 2)
    let expected = [
      #"{"completion":"text","correct":false,"decoding":"greedy","finish_reason":"length","iteration":1,"#
        + #""log_probability":-1.25,"problem_id":"b","sample_index":0,"split":"test","verdict":"timeout"}"#,
      #"{"completion":"é/\n#### 1","correct":true,"decoding":"greedy","extracted":"1","finish_reason":"length","#
        + #""iteration":1,"log_probability":-1.25,"problem_id":"a","sample_index":0,"split":"test","#
        + #""token_count":2,"token_ids":[1,2],"verdict":"correct"}"#,
    ]
    #expect(try lines(.completions(iteration: nil, split: nil), store) == expected)
    #expect(try lines(.completions(iteration: 1, split: .test), store) == expected)
    #expect(try lines(.completions(iteration: 2, split: nil), store).isEmpty)
    #expect(try lines(.completions(iteration: 1, split: .train), store).isEmpty)
    #expect(throws: InputError.self) { try lines(.completions(iteration: 3, split: nil), store) }
  }

  @Test func problemsComeInTheProblemFormat() throws {
    let temporary = try TemporaryRun()
    let store = try temporary.create()
    #expect(
      try lines(.problems(split: .test), store) == [
        #"{"group":"Level 2","id":"b","prompt":"Q b","question":"b?","reference":"1","split":"test","task":"fake"}"#,
        #"{"group":"Level 2","id":"a","prompt":"Q a","question":"a?","reference":"1","split":"test","task":"fake"}"#,
      ])
    #expect(try lines(.problems(split: nil), store).count == 3)
  }

  @Test(arguments: [
    (
      TrainingSet.supervised([
        SupervisedRow(problemID: "a", prompt: "Q train", completion: TrainingText(text: "x", tokenIDs: [5]))
      ]), #"{"completion":"x","problem_id":"a","prompt":"Q train"}"#
    ),
    (
      .preference([
        PreferenceRow(
          problemID: "a", prompt: "Q train", chosen: TrainingText(text: "good"), rejected: TrainingText(text: "bad"))
      ]), #"{"chosen":"good","problem_id":"a","prompt":"Q train","rejected":"bad"}"#
    ),
  ])
  func trainingSetsComeAsTrainingReadsThem(rows: TrainingSet, line: String) throws {
    let temporary = try TemporaryRun()
    let store = try temporary.create()
    let error = #expect(throws: InputError.self) { try lines(.trainingSet(iteration: 1, tokenIDs: false), store) }
    #expect(error?.message.contains("training set 1 is not chosen yet") == true)
    try store.recordTrainingSet(rows, iteration: 1)
    #expect(try lines(.trainingSet(iteration: 1, tokenIDs: false), store) == [line])
  }

  @Test func theStatusIsJSON() throws {
    let temporary = try TemporaryRun()
    do {
      let store = try temporary.create()
      try store.append(
        [TemporaryRun.answer("a"), TemporaryRun.answer("b", outcome: .incorrect)], split: .test,
        to: StageKey(1, .evaluateTest), done: 2, total: 2)
    }
    let status = try RunStatus(of: RunStore.open(temporary.folder, for: .reading))
    #expect(!status.isFinished && status.process == nil)
    let json = try status.json()
    #expect(json.contains(#""pass_at_1":[{"accuracy":0.5,"correct":1,"iteration":1,"n":2}]"#))
    #expect(json.contains(#""ood_pass_at_1":[]"#))
    #expect(
      json.contains(
        #"{"done":2,"finished_at":"2023-11-14T22:13:21Z","iteration":1,"stage":"evaluate_test","total":2,"unit":"questions"}"#
      ))
    #expect(json.contains(#""seed":18446744073709551615"#))
  }
}
