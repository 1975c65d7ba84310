import Core
import Foundation
import GRDB
import Iteration
import RunStore
import Synchronization
import Testing

/// What a run does where a model or a training set is not what it recorded.
@Suite struct LineageTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  /// A run that stopped after M_1 was made.
  private func interrupted(_ name: String) async throws -> URL {
    let store = try workshop.create(name, workshop.configuration(.sft))
    let engine = FakeEngine(failingCall: 3)
    await #expect(throws: Killed.self) {
      try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
    }
    return store.folder
  }

  private func resume(_ name: String, salt: String = "") async throws -> RunContent {
    let store = try workshop.open(name)
    let engine = FakeEngine(salt: salt)
    try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
    return try RunContent(store)
  }

  private func write(_ text: String, to file: URL) throws { try Data(text.utf8).write(to: file) }

  @Test func aCheckpointThatIsAnotherIsRefusedAndMadeAgain() async throws {
    let whole = try await workshop.run("whole", workshop.configuration(.sft))
    let folder = try await interrupted("run")
    let checkpoint = folder.appendingPathComponent("checkpoints/M1")
    try write("swapped", to: checkpoint.appendingPathComponent("weights"))
    let error = await #expect(throws: RunError.self) { try await resume("run") }
    #expect(
      error?.description == "\(checkpoint.path): is not the model that this run made (weights is another); remove the "
        + "folder and `reversal resume` makes it again")
    #expect(try String(contentsOf: checkpoint.appendingPathComponent("weights"), encoding: .utf8) == "swapped")
    try FileManager.default.removeItem(at: checkpoint)
    #expect(try await resume("run") == whole)
  }

  @Test func aCheckpointThatComesOutOtherwiseIsRefused() async throws {
    let folder = try await interrupted("run")
    let checkpoint = folder.appendingPathComponent("checkpoints/M1")
    try FileManager.default.removeItem(at: checkpoint)
    let error = await #expect(throws: RunError.self) { try await resume("run", salt: "another processor") }
    #expect(error?.description.contains("was made again and came out otherwise (weights is another)") == true)
    #expect(!FileManager.default.fileExists(atPath: checkpoint.path), "what is not the run's must not stand there")
  }

  @Test func whereTheEnvironmentIsAnotherItIsNamed() async throws {
    func environment(_ instructions: String) -> RunEnvironment {
      RunEnvironment(version: "1", system: "s", processor: "p", instructions: instructions, threads: 1)
    }
    _ = try workshop.create("run", workshop.configuration(.sft))
    let folder = workshop.folder.appendingPathComponent("run")
    do {
      let store = try RunStore.open(folder, for: .writing) { _ in environment("AVX-512") }
      let engine = FakeEngine(failingCall: 3)
      await #expect(throws: Killed.self) {
        try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
      }
      try FileManager.default.removeItem(at: store.checkpointFolder(1))
    }
    let store = try RunStore.open(folder, for: .writing) { _ in environment("AVX2") }
    let engine = FakeEngine(salt: "rounds otherwise")
    let error = await #expect(throws: RunError.self) {
      try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
    }
    #expect(
      error?.message.contains(
        "it was made with instructions AVX-512, here AVX2; resume where it was made, put a copy of it back, or start a new run"
      ) == true)
  }

  @Test func anotherFoundationModelIsRefused() async throws {
    let whole = try await workshop.run("whole", workshop.configuration(.restart))
    let folder = try await interrupted("run")
    let store = try workshop.create("restart", workshop.configuration(.restart))
    let engine = FakeEngine(failingCall: 3)
    await #expect(throws: Killed.self) {
      try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
    }
    let weights = URL(fileURLWithPath: workshop.model).appendingPathComponent("weights")
    let original = try Data(contentsOf: weights)
    try write("changed", to: weights)
    let loop = try SelfImprovement(store: store, task: .fake, sampler: FakeEngine(), trainer: FakeEngine())
    let error = await #expect(throws: InputError.self) { try await loop.run() }
    #expect(
      error?.description
        == "\(workshop.model): is not the model that this run began with (weights is another); put that "
        + "one back or start a new run")
    // What does not need it goes on.
    _ = try await resume(folder.lastPathComponent)
    try original.write(to: weights)
    let rest = FakeEngine()
    try await SelfImprovement(store: store, task: .fake, sampler: rest, trainer: rest).run()
    #expect(try RunContent(store) == whole)
  }

  @Test func aTrainingSetThatChangedIsRefused() async throws {
    let store = try workshop.create("run", workshop.configuration(.sft))
    let engine = FakeEngine(failingCall: 1)
    await #expect(throws: Killed.self) {
      try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
    }
    try workshop.execute("UPDATE training_row SET completion = 'other' WHERE position = 3", in: "run")
    let loop = try SelfImprovement(store: store, task: .fake, sampler: FakeEngine(), trainer: FakeEngine())
    let error = await #expect(throws: RunError.self) { try await loop.run() }
    #expect(error?.message.contains("training set 1 has changed since it was chosen") == true)
  }

  @Test func aClockThatJumpsChangesNothing() async throws {
    let whole = try await workshop.run("whole", workshop.configuration(.sftDPO))
    _ = try workshop.create("run", workshop.configuration(.sftDPO))
    let ticks = Mutex(0)
    let store = try RunStore.open(
      workshop.folder.appendingPathComponent("run"), for: .writing,
      now: {
        let tick = ticks.withLock {
          $0 += 1
          return $0
        }
        return Date(timeIntervalSince1970: [1e9, -1e11, 4e11, 0][tick % 4])
      })
    let engine = FakeEngine()
    try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
    let content = try RunContent(store)
    #expect(content.answers == whole.answers && content.trainingSets == whole.trainingSets)
    #expect(content.metrics == whole.metrics && content.weights == whole.weights && content.lineage == whole.lineage)
    #expect(content.stages.map(\.key) == whole.stages.map(\.key) && content.stages.allSatisfy(\.isFinished))
    #expect(Set(content.stages.map(\.finishedAt)).count > 1)
  }

  @Test func everyModelHasItsOrigin() async throws {
    var configuration = workshop.configuration(.sftDPO)
    configuration.reference = .initial
    let content = try await workshop.run("run", configuration)
    func artifact(_ kind: Artifact.Kind, _ iteration: Int) throws -> Artifact {
      try #require(content.lineage.first { $0.kind == kind && $0.iteration == iteration })
    }
    func digest(_ kind: Artifact.Kind, _ iteration: Int) throws -> String { try artifact(kind, iteration).digest }
    #expect(content.lineage.count { $0.kind == .checkpoint } == 4)
    #expect(
      try artifact(.checkpoint, 1).madeOf == ["start": digest(.checkpoint, 0), "training_set": digest(.trainingSet, 1)])
    #expect(
      try artifact(.checkpoint, 2).madeOf == [
        "start": digest(.checkpoint, 1), "reference": digest(.checkpoint, 1), "training_set": digest(.trainingSet, 2),
      ])
    #expect(
      try artifact(.trainingSet, 2).madeOf == [
        "problems": digest(.problems, 0), "train_answers": digest(.trainAnswers, 1),
      ]
    )
    #expect(try artifact(.trainingSet, 1).madeOf == ["problems": digest(.problems, 0)])
    #expect(try artifact(.checkpoint, 2).training?.epochs == configuration.training.dpo.epochs)
  }
}

extension Workshop {
  /// Changes a run's database behind the store's back.
  func execute(_ sql: String, in name: String) throws {
    let database = try DatabaseQueue(path: folder.appendingPathComponent("\(name)/run.sqlite").path)
    try database.writeWithoutTransaction { try $0.execute(sql: sql) }
    try database.close()
  }
}
