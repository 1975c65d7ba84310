import Core
import Foundation
import Iteration
import RunStore
import Testing

/// What an examination of a run finds. The database's own damage is examined on the real program (FsckTests).
@Suite struct RunExaminationTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  private func findings(_ name: String) throws -> [String] {
    let (store, found) = try RunStore.inspect(workshop.folder.appendingPathComponent(name))
    let further = store.map { RunExamination.findings(in: $0) { _ in } } ?? []
    return (found + further).map { "\($0.severity) \($0.subject): \($0.message)" }
  }

  @Test(arguments: ImprovementMethod.allCases)
  func aWholeRunHasNothingWrong(method: ImprovementMethod) async throws {
    _ = try await workshop.run("run", workshop.configuration(method))
    #expect(try findings("run") == [])
  }

  /// Wherever a run was interrupted, it is whole; what is half done is no fault.
  @Test func anInterruptedRunIsWhole() async throws {
    for call in 1...12 {
      do {
        let store = try workshop.create("killed-\(call)", workshop.configuration(.sftDPO))
        let engine = FakeEngine(failingCall: call)
        await #expect(throws: Killed.self) {
          try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
        }
      }
      #expect(try findings("killed-\(call)").filter { !$0.hasPrefix("note") } == [], "call \(call)")
    }
  }

  @Test(arguments: [
    (
      "DELETE FROM completion WHERE iteration = 2 AND decoding = 'greedy' AND problem = 151",
      "M_2 evaluate_test: answers are gone (1), first to 'test-1', greedy 0"
    ),
    (
      "DELETE FROM completion WHERE iteration = 1 AND sample_index = 2 AND problem < 150",
      "M_1 sample_train: answers are gone (150)"
    ),
    (
      "UPDATE completion SET text = 'edited' WHERE iteration = 3 AND decoding = 'greedy' AND problem = 150",
      "the answers of M_3 to the test questions have changed"
    ),
    ("UPDATE completion SET verdict = 'correct'", "have changed since they were given"),
    (
      "INSERT INTO completion (problem, iteration, decoding, sample_index, text, verdict) VALUES (0, 2, 'sampled', 99, '', 'correct')",
      "M_2 has answers that were not asked for (1), one to 'train-0', sampled 99"
    ),
    (
      "INSERT INTO waiting (problem, iteration, decoding, sample_index, text) VALUES (0, 2, 'sampled', 1, '')",
      "answers of M_2 wait for verdicts that no stage will give (1), one to 'train-0', sampled 1"
    ),
    ("DELETE FROM training_row WHERE iteration = 2 AND position = 5", "training set 2 has"),
    (
      "UPDATE training_row SET completion = 'edited' WHERE iteration = 2 AND position = 5", "training set 2 has changed"
    ),
    ("UPDATE problem SET reference = '0' WHERE key = 3", "the problems are not those that the run was given"),
    ("UPDATE problem SET prompt = '0' WHERE key = 3", "the problems are not those that the run was given"),
    (
      "UPDATE stage SET finished_at = NULL, done = 0 WHERE iteration = 1 AND name = 'select'",
      "and M_1 select before it is not done"
    ),
    (
      "DELETE FROM stage WHERE iteration = 2 AND name = 'evaluate_ood'",
      "its stages are not those of its settings (M_2 evaluate_ood)"
    ),
    (
      "UPDATE artifact SET made_of = replace(made_of, '\"start\":\"', '\"start\":\"0') WHERE iteration = 2",
      "checkpoint 2 was made of another start"
    ),
  ])
  func aChangedRowIsNamed(change: String, message: String) async throws {
    _ = try await workshop.run("run", workshop.configuration(.sft))
    try workshop.execute(change, in: "run")
    let found = try findings("run")
    #expect(found.contains { $0.hasPrefix("fault run.sqlite") && $0.contains(message) }, "\(found)")
    #expect(found.allSatisfy { !$0.contains("\n") })
  }

  /// Answers that wait belong to the stage that was interrupted, and can be read.
  @Test func waitingAnswersAreHeldToThePlan() async throws {
    do {
      let store = try workshop.create("killed", workshop.configuration(.sft))
      let engine = FakeEngine(failingCall: 2)
      await #expect(throws: Killed.self) {
        try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
      }
    }
    #expect(try findings("killed") == [])
    try workshop.execute("UPDATE waiting SET token_ids = X'80' WHERE rowid = 1", in: "killed")
    #expect(
      try findings("killed").contains { $0.hasPrefix("fault run.sqlite") && $0.contains("token ids of an answer") })
    try workshop.execute("UPDATE waiting SET token_ids = NULL, sample_index = 7 WHERE rowid = 1", in: "killed")
    #expect(
      try findings("killed").contains { $0.contains("wait for verdicts that no stage will give (1), one to 'test-") })
  }

  @Test func filesAreNamed() async throws {
    _ = try await workshop.run("run", workshop.configuration(.sft))
    let folder = workshop.folder.appendingPathComponent("run")
    let files = FileManager.default
    func checkpoint(_ name: String) -> URL { folder.appendingPathComponent("checkpoints/\(name)") }
    try files.moveItem(at: checkpoint("M1"), to: checkpoint("M"))
    try files.moveItem(at: checkpoint("M2"), to: checkpoint("M1"))
    try files.moveItem(at: checkpoint("M"), to: checkpoint("M2"))
    try files.removeItem(at: checkpoint("M3"))
    try files.createDirectory(at: checkpoint(".M3.partial-1-0"), withIntermediateDirectories: true)
    try Data("other".utf8).write(to: URL(fileURLWithPath: workshop.model).appendingPathComponent("weights"))
    let found = try findings("run")
    let expected = [
      "fault \(workshop.model): M_0 is not the model that the run began with (weights is another); put that one back",
      "fault checkpoints/M1: is not the model that the run made (it is M_2); restore it from a copy",
      "fault checkpoints/M2: is not the model that the run made (it is M_1); restore it from a copy",
      "fault checkpoints/M3: is missing; the results stand without it, restore it from a copy to use the model",
      "note checkpoints/.M3.partial-1-0: was left by an interrupted write; nothing needs it, remove it",
    ]
    #expect(found == expected)
    try files.removeItem(atPath: workshop.model)
    #expect(try findings("run").contains { $0.hasPrefix("note \(workshop.model): M_0 is gone") })
  }
}
