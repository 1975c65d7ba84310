import Core
import Foundation
import Iteration
import RunStore
import Testing

@Suite struct InheritanceTests {
  @Test(arguments: [ImprovementMethod.dpo, .sftDPO, .gold, .restart])
  func aRunThatTakesOverTheFirstIterationIsTheRunThatDoesIt(method: ImprovementMethod) async throws {
    let workshop = try Workshop()
    let fresh = try await workshop.run("fresh", workshop.configuration(method))
    let first = FakeEngine()
    _ = try await workshop.run("sft", workshop.configuration(.sft), engine: first)
    let store = try workshop.create("heir", workshop.configuration(method))
    try store.inheritFirstIteration(from: workshop.folder.appendingPathComponent("sft"))
    #expect(try store.isFirstIterationFinished())
    let engine = FakeEngine()
    try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
    #expect(try RunContent(store) == fresh)
    #expect(!engine.trainings.contains { $0.output == "M1" })
    #expect(!engine.sampled.contains { $0.hasPrefix("1 ") })
    // Taking over twice changes nothing.
    try store.inheritFirstIteration(from: workshop.folder.appendingPathComponent("sft"))
    #expect(try RunContent(store) == fresh)
  }

  @Test func aFirstIterationBegunHereGivesWay() async throws {
    let workshop = try Workshop()
    let fresh = try await workshop.run("fresh", workshop.configuration(.dpo))
    _ = try await workshop.run("sft", workshop.configuration(.sft))
    let store = try workshop.create("heir", workshop.configuration(.dpo))
    let failing = FakeEngine(failingCall: 5)
    await #expect(throws: Killed.self) {
      try await SelfImprovement(store: store, task: .fake, sampler: failing, trainer: failing).run()
    }
    try store.inheritFirstIteration(from: workshop.folder.appendingPathComponent("sft"))
    let engine = FakeEngine()
    try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
    #expect(try RunContent(store) == fresh)
  }

  @Test(arguments: [
    (ChangedSetting("seed") { $0.seed = 9 }, "seed is 7 there and 9 here"),
    (ChangedSetting("sampling.n") { $0.sampling.n = 6 }, "sampling.n is 4 there and 6 here"),
    (ChangedSetting("stop") { $0.sampling.stop = ["END"] }, "sampling.stop is"),
    (ChangedSetting("samples") { $0.evaluation.samples = 2 }, "evaluation.samples is 3 there and 2 here"),
    (
      ChangedSetting("questions") { $0.evaluation.questions = nil }, "evaluation.questions is 20 there and not set here"
    ),
    (ChangedSetting("first") { $0.training.first.epochs = 1 }, "training.first.epochs is 3 there and 1 here"),
  ])
  func anotherSettingIsRefused(change: ChangedSetting, reason: String) async throws {
    let workshop = try Workshop()
    _ = try await workshop.run("sft", workshop.configuration(.sft, iterations: 1))
    var configuration = workshop.configuration(.dpo)
    change.apply(&configuration)
    let store = try workshop.create("heir", configuration)
    let before = try RunContent(store)
    let error = #expect(throws: InputError.self) {
      try store.inheritFirstIteration(from: workshop.folder.appendingPathComponent("sft"))
    }
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    #expect(try RunContent(store) == before)
  }

  @Test(arguments: [
    ChangedSetting("method settings") {
      $0.selection.maxPairsPerQuestion = 1
      $0.training.dpo.beta = 0.5
      $0.training.sft.epochs = 2
      $0.reference = .initial
      $0.iterations = 2
    },
    ChangedSetting("what changes no result") {
      $0.threads = 1
      $0.sampling.batchSize = 3
    },
  ])
  func whatDoesNotTouchTheFirstIterationMayDiffer(change: ChangedSetting) async throws {
    let workshop = try Workshop()
    _ = try await workshop.run("sft", workshop.configuration(.sft, iterations: 1))
    var configuration = workshop.configuration(.dpo)
    change.apply(&configuration)
    let store = try workshop.create("heir", configuration)
    try store.inheritFirstIteration(from: workshop.folder.appendingPathComponent("sft"))
    #expect(try store.isFirstIterationFinished())
  }

  @Test func otherProblemsAndUnfinishedRunsAreRefused() async throws {
    let workshop = try Workshop()
    _ = try await workshop.run("sft", workshop.configuration(.sft, iterations: 1))
    let others = RunData(train: Workshop.problems(3, "train"), test: Workshop.data.test)
    let heir = try workshop.create("heir", workshop.configuration(.dpo), data: others)
    let error = #expect(throws: InputError.self) {
      try heir.inheritFirstIteration(from: workshop.folder.appendingPathComponent("sft"))
    }
    #expect(error?.message.contains("its train problems are others") == true)
    let unfinished = try workshop.create("unfinished", workshop.configuration(.sft))
    let second = try workshop.create("second", workshop.configuration(.dpo))
    let other = #expect(throws: InputError.self) { try second.inheritFirstIteration(from: unfinished.folder) }
    #expect(other?.message.contains("its first iteration is unfinished") == true)
  }
}

struct ChangedSetting: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let apply: @Sendable (inout RunConfiguration) -> Void

  init(_ name: String, _ apply: @escaping @Sendable (inout RunConfiguration) -> Void) {
    testDescription = name
    self.apply = apply
  }
}
