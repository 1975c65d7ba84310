import Core
import Foundation
import Iteration
import RunStore
import Synchronization
import Testing

@Suite struct SelfImprovementTests {
  @Test(arguments: [
    (ImprovementMethod.sft, ["0 supervised", "1 supervised", "2 supervised", "3 supervised"]),
    (.dpo, ["0 supervised", "1 preference", "2 preference", "3 preference"]),
    (.sftDPO, ["0 supervised", "1 preference", "2 supervised", "3 preference"]),
    (.gold, ["0 supervised", "1 supervised", "2 supervised", "3 supervised"]),
    (.restart, ["0 supervised", "0 supervised", "0 supervised", "0 supervised"]),
  ])
  func aMethodTrainsTheModelsOfItsTable(method: ImprovementMethod, expected: [String]) async throws {
    let workshop = try Workshop()
    let engine = FakeEngine()
    let content = try await workshop.run("run", workshop.configuration(method, iterations: 4), engine: engine)
    #expect(engine.trainings.map { "\($0.start) \($0.rows)" } == expected)
    #expect(engine.trainings.map(\.output) == ["M1", "M2", "M3", "M4"])
    #expect(engine.trainings.allSatisfy { $0.reference == $0.start })
    #expect(content.stages.allSatisfy { $0.isFinished })
    // Only what is learnt from is sampled; the controls learn from none but count M_1's.
    let learnt = content.answers.keys.filter { $0.hasSuffix("train sampled") }.sorted()
    let isControl = method == .gold || method == .restart
    #expect(learnt == (isControl ? ["1 train sampled"] : (1...3).map { "\($0) train sampled" }))
    #expect(Set(engine.sampled).count == engine.sampled.count, "something was sampled twice")
  }

  @Test(arguments: ImprovementMethod.allCases)
  func aRunKilledAnywhereAndResumedIsTheRunThatWasNot(method: ImprovementMethod) async throws {
    let workshop = try Workshop()
    let engine = FakeEngine()
    let whole = try await workshop.run("whole", workshop.configuration(method), engine: engine)
    #expect(engine.calls > 12)
    // One method in full; of the others, which differ in their steps alone, every fourth call.
    for call in stride(from: 1, through: engine.calls, by: method == .sftDPO ? 1 : 4) {
      let name = "killed-\(call)"
      let first = FakeEngine(failingCall: call)
      do {
        let store = try workshop.create(name, workshop.configuration(method))
        await #expect(throws: Killed.self) {
          try await SelfImprovement(store: store, task: .fake, sampler: first, trainer: first).run()
        }
      }
      let store = try workshop.open(name)
      let rest = FakeEngine()
      try await SelfImprovement(store: store, task: .fake, sampler: rest, trainer: rest).run()
      #expect(try RunContent(store) == whole, "killed in call \(call)")
      #expect(rest.calls == engine.calls - call + 1, "killed in call \(call): only what was lost is done again")
      #expect(
        (first.sampled + rest.sampled).sorted() == engine.sampled.sorted(),
        "killed in call \(call): what was answered is not asked again")
      #expect(try store.waitingAnswers(.train, iteration: 1, decoding: .sampled).isEmpty)
    }
  }

  @Test func theLossOfEveryTrainingStepIsKept() async throws {
    let workshop = try Workshop()
    let engine = FakeEngine()
    _ = try await workshop.run("run", workshop.configuration(.sft), engine: engine)
    for (place, output) in engine.trainings.map(\.output).enumerated() {
      let file = workshop.folder.appendingPathComponent("run/training/\(output).jsonl")
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      #expect(lines.first == #"{"loss":1,"step":1,"total":\#(lines.count)}"#, "training \(place + 1)")
      #expect(lines.count > 1)
    }
  }

  @Test func aLossThatCannotBeWrittenEndsNoRun() async throws {
    let workshop = try Workshop()
    let engine = FakeEngine()
    let whole = try await workshop.run("whole", workshop.configuration(.sft), engine: engine)
    let store = try workshop.create("run", workshop.configuration(.sft))
    // A file stands where the folder would.
    try Data().write(to: workshop.folder.appendingPathComponent("run/training"))
    try await SelfImprovement(store: store, task: .fake, sampler: FakeEngine(), trainer: FakeEngine()).run()
    #expect(try RunContent(store) == whole)
  }

  @Test func thePlanIsKnownFromTheStart() throws {
    let workshop = try Workshop()
    let store = try workshop.create("run", workshop.configuration(.sftDPO, iterations: 2))
    let plan = try store.stages().map { "\($0.key.iteration) \($0.key.stage.rawValue) \($0.total ?? -1) \($0.unit)" }
    #expect(
      plan == [
        "1 select 150 rows", "1 train -1 steps", "1 evaluate_test 40 questions", "1 sample_test 20 questions",
        "1 sample_failed -1 questions", "1 evaluate_ood 12 questions", "1 sample_train 150 questions",
        "2 select -1 rows", "2 train -1 steps", "2 evaluate_test 40 questions", "2 sample_test 20 questions",
        "2 evaluate_ood 12 questions",
      ])
  }

  @Test func theSeedDecidesEverything() async throws {
    let workshop = try Workshop()
    var configuration = workshop.configuration(.sftDPO)
    let first = try await workshop.run("first", configuration)
    configuration.threads = 1
    configuration.sampling.batchSize = 5
    #expect(try await workshop.run("second", configuration) == first)
    configuration.seed = 8
    let other = try await workshop.run("third", configuration)
    #expect(other.weights[1] != first.weights[1])
    #expect(other.answers["1 train sampled"] != first.answers["1 train sampled"])
  }

  @Test func iterativeDPOAndSFTDPOShareTheirSecondModel() async throws {
    let workshop = try Workshop()
    let dpo = try await workshop.run("dpo", workshop.configuration(.dpo))
    let mixed = try await workshop.run("sft-dpo", workshop.configuration(.sftDPO))
    #expect(dpo.weights[2] == mixed.weights[2])
    #expect(dpo.weights[3] != mixed.weights[3])
  }

  @Test func theGoldControlHasAsManyRowsAsSelfSFT() async throws {
    let workshop = try Workshop()
    let sft = try await workshop.run("sft", workshop.configuration(.sft))
    let gold = try await workshop.run("gold", workshop.configuration(.gold))
    #expect(gold.trainingSets[2]?.count == sft.trainingSets[2]?.count)
    guard case .supervised(let rows) = gold.trainingSets[2] else { throw Killed() }
    #expect(rows.allSatisfy { $0.completion.text.hasPrefix(" gold") && $0.prompt.hasPrefix("Q: train") })
    let uses = Dictionary(grouping: rows, by: \.problemID).values.map(\.count)
    let (least, most) = (uses.min() ?? 0, uses.max() ?? 0)
    #expect(uses.count == 150 && most - least <= 1, "every question is repeated equally often, up to one time")
  }

  @Test func aSecondFirstModelDiffersOnlyByItsSeed() async throws {
    let workshop = try Workshop()
    let content = try await workshop.run("restart", workshop.configuration(.restart))
    #expect(Set(content.weights.values).count == 3)
    guard case .supervised(let first) = content.trainingSets[1], case .supervised(let second) = content.trainingSets[2]
    else { throw Killed() }
    #expect(first != second)
    #expect(Set(first) == Set(second))
  }

  @Test func theFirstModelIsSampledFurtherWhereItFails() async throws {
    let workshop = try Workshop()
    let content = try await workshop.run("run", workshop.configuration(.sft))
    let greedy = try #require(content.answers["1 test greedy"])
    #expect(greedy.count == 40)
    let failed = Set(greedy.filter { !$0.isCorrect }.map(\.completion.problemID))
    let samples = Dictionary(
      grouping: try #require(content.answers["1 test sampled"]), by: \.completion.problemID
    ).mapValues { $0.map(\.completion.sampleIndex) }
    let counts = Dictionary(grouping: greedy.map(\.completion.problemID)) { samples[$0]?.count ?? 0 }
    #expect(Set(counts.keys) == [0, 3, 8])
    #expect(Set(counts[8] ?? []) == failed)
    #expect(samples.values.allSatisfy { $0 == Array(0..<$0.count) })
    let later = Dictionary(
      grouping: try #require(content.answers["2 test sampled"]), by: \.completion.problemID
    ).mapValues(\.count)
    #expect(later.count == 20 && later.values.allSatisfy { $0 == 3 })
    #expect(Set(samples.filter { $0.value.count == 3 }.keys).isSubset(of: Set(later.keys)))
  }

  @Test func aReferenceThatStaysIsTheFirstModel() async throws {
    let workshop = try Workshop()
    var configuration = workshop.configuration(.dpo, iterations: 4)
    configuration.reference = .initial
    let engine = FakeEngine()
    _ = try await workshop.run("run", configuration, engine: engine)
    #expect(engine.trainings.map(\.reference) == [0, 1, 1, 1])
  }

  /// A model that solves nothing, or everything, has nothing to learn from: it stays, and the run ends with its audit.
  @Test(arguments: [(ImprovementMethod.sft, UInt64(0)), (.gold, 0), (.dpo, 100)])
  func nothingToTrainOnLeavesTheModelAsItIs(method: ImprovementMethod, skill: UInt64) async throws {
    let workshop = try Workshop()
    let engine = FakeEngine(skill: skill)
    _ = try await workshop.run("run", workshop.configuration(method), engine: engine)
    #expect(engine.trainings.count == 1)
    let store = try RunStore.open(workshop.folder.appendingPathComponent("run"), for: .reading)
    #expect(try store.stages().allSatisfy { $0.isFinished })
    #expect(store.hasCheckpoint(2))
    #expect(try store.metrics()[2]?["training_rows"] == 0)
    #expect(try store.metrics()[2]?["training_steps"] == 0)
  }

  @Test func aModelThatWasRemovedIsTrainedAgainWhenItIsNeeded() async throws {
    let workshop = try Workshop()
    let configuration = workshop.configuration(.sft)
    let whole = try await workshop.run("whole", configuration)
    do {
      let engine = FakeEngine(failingCall: 13)
      let store = try workshop.create("run", configuration)
      await #expect(throws: Killed.self) {
        try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
      }
    }
    let store = try workshop.open("run")
    let unfinished = try #require(try store.stages().first { !$0.isFinished })
    #expect(unfinished.key.iteration == 2)
    for iteration in 1...2 { try FileManager.default.removeItem(at: store.checkpointFolder(iteration)) }
    let engine = FakeEngine()
    try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
    #expect(engine.trainings.map(\.output) == ["M1", "M2", "M3"])
    #expect(try RunContent(store) == whole)
    // A finished run needs none.
    for iteration in 1...3 { try FileManager.default.removeItem(at: store.checkpointFolder(iteration)) }
    let idle = FakeEngine()
    try await SelfImprovement(store: store, task: .fake, sampler: idle, trainer: idle).run()
    #expect(idle.calls == 0)
  }

  @Test func aTaskOfAnotherVersionIsRefused() async throws {
    let workshop = try Workshop()
    let store = try workshop.create("run", workshop.configuration(.sft))
    let newer = TaskBinding(
      name: "fake", version: 2, prompt: TaskBinding.fake.prompt, goldCompletion: TaskBinding.fake.goldCompletion,
      verifier: FakeVerifier(), stop: [])
    let engine = FakeEngine()
    let error = #expect(throws: InputError.self) {
      try SelfImprovement(store: store, task: newer, sampler: engine, trainer: engine)
    }
    #expect(error?.message.contains("task fake version 1, this reversal has fake version 2") == true)
  }

  @Test func aSamplerThatLosesAnAnswerIsFoundOut() async throws {
    struct Forgetful: Sampler {
      let engine: FakeEngine
      func sample(
        from checkpoint: Checkpoint, requests: [SampleRequest], parameters: SamplingParameters,
        progress: @escaping ProgressHandler, finished: @escaping AnswerHandler
      ) async throws -> [Completion] {
        try await engine.sample(
          from: checkpoint, requests: requests, parameters: parameters, progress: progress, finished: finished
        ).dropLast()
      }
    }
    let workshop = try Workshop()
    let store = try workshop.create("run", workshop.configuration(.sft))
    let engine = FakeEngine()
    let loop = try SelfImprovement(store: store, task: .fake, sampler: Forgetful(engine: engine), trainer: engine)
    let error = await #expect(throws: RunError.self) { try await loop.run() }
    #expect(error?.code == .engine)
    #expect(try store.judgedCompletions(.test, iteration: 1, decoding: .greedy).isEmpty)
  }

  @Test func progressRisesToTheEndOfEveryStage() async throws {
    let workshop = try Workshop()
    let store = try workshop.create("run", workshop.configuration(.sft, iterations: 2))
    let engine = FakeEngine()
    let seen = Mutex<[RunUpdate]>([])
    try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine) { update in
      seen.withLock { $0.append(update) }
    }.run()
    let updates = seen.withLock { $0 }
    let byStage = Dictionary(grouping: updates, by: \.stage)
    #expect(Set(byStage.keys) == Set(try store.stages().map(\.key)))
    for (stage, updates) in byStage {
      let counts = updates.map(\.progress.completed)
      #expect(counts == counts.sorted(), "\(stage)")
      #expect(updates.last.map { $0.progress.completed == $0.progress.total } == true, "\(stage)")
    }
    #expect(byStage[StageKey(1, .sampleTrain)]?.map(\.progress.completed) == [0, 512, 600, 600])
  }

  @Test(arguments: [
    (RunData(train: [], test: Workshop.problems(1, "test")), "holds no training problem"),
    (RunData(train: Workshop.problems(1, "train"), test: []), "holds no test problem"),
    (
      RunData(train: Workshop.problems(1, "train") + Workshop.problems(1, "train"), test: Workshop.problems(1, "test")),
      "two problems with the id 'train-0'"
    ),
  ])
  func dataThatCannotBeUsedIsRefused(data: RunData, reason: String) throws {
    let workshop = try Workshop()
    let error = #expect(throws: InputError.self) {
      try workshop.create("run", workshop.configuration(.sft), data: data)
    }
    #expect(error?.message.contains(reason) == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: workshop.folder.path) == ["M0"])
  }

  @Test func aModelFolderThatDoesNotExistIsRefused() throws {
    let workshop = try Workshop()
    var configuration = workshop.configuration(.sft)
    configuration.model = "/nowhere/at/all"
    let error = #expect(throws: InputError.self) { try workshop.create("run", configuration) }
    #expect(error?.description.hasPrefix("/nowhere/at/all: no such model folder") == true)
  }
}
