import Core
import EndpointEngine
import Foundation
import TestServer
import Testing

/// Which model answers for M_t.
@Suite struct ServedModelTests {
  @Test func aModelThatIsNotServedIsOneLineAndCostsNothing() async throws {
    let fake = try FakeInferenceServer()
    fake.change { $0.models = ["run-M1", "other"] }
    let settings = Asking.settings(fake) { $0.model = "run-M{t}" }
    let sampler = try EndpointSampler(settings, environment: [:])
    #expect(try await Asking.draw(sampler, Asking.requests(2)).count == 2)
    let asked = fake.requests
    let later = Checkpoint(iteration: 2, folder: URL(fileURLWithPath: "/checkpoints/M2"))
    let error = await #expect(throws: EndpointError.self) {
      try await sampler.sample(
        from: later, requests: Asking.requests(2), parameters: SamplingParameters(), progress: { _ in },
        finished: { _ in })
    }
    #expect(
      error?.description
        == "\(fake.url): serves no model 'run-M2' but 'run-M1', 'other'; let it load /checkpoints/M2 under that name, or "
        + "correct the name")
    #expect(fake.requests == asked)
    #expect(Set(fake.answered.keys.map(\.model)) == ["run-M1"])
  }

  @Test func theUsersCommandLoadsTheCheckpointWithoutAShell() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "load \(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      // Litter in the temporary folder at worst.
      try? FileManager.default.removeItem(at: folder)
    }
    let log = folder.appending(path: "log")
    let fake = try FakeInferenceServer()
    fake.change { $0.models = ["another"] }
    let settings = Asking.settings(fake) {
      $0.model = "run-M{t}"
      // The shell is the program here, and what it is given stays one argument.
      $0.loadCommand = [
        "sh", "-c", "printf '%s\\n' \"$@\" >> '\(log.path)'", "x", "{checkpoint}; exit 1", "{model}", "$(t={t})",
      ]
      $0.loadTimeoutS = 60
    }
    let clock = VirtualClock()
    let sampler = try EndpointSampler(settings, environment: ["PATH": "/usr/bin:/bin"], clock: clock.clock)
    async let answers = Asking.draw(sampler, Asking.requests(2))
    while clock.sleeps.count < 3 { try await Task.sleep(for: .milliseconds(1)) }
    fake.change { $0.models = ["run-M1"] }
    #expect(try await answers.count == 2)
    #expect(try String(contentsOf: log, encoding: .utf8) == "/checkpoints/M1; exit 1\nrun-M1\n$(t=1)\n")
    // A second process finds it served.
    let second = try EndpointSampler(settings, environment: ["PATH": "/usr/bin:/bin"])
    #expect(try await Asking.draw(second, Asking.requests(2)).count == 2)
    #expect(try String(contentsOf: log, encoding: .utf8).split(separator: "\n").count == 3)
  }

  @Test func oneNameForAllModelsIsLoadedAnewForEach() async throws {
    let fake = try FakeInferenceServer()
    let settings = Asking.settings(fake) { $0.loadCommand = ["sh", "-c", "exit {t}"] }
    let sampler = try EndpointSampler(settings, environment: ["PATH": "/usr/bin:/bin"])
    func draw(_ iteration: Int) async throws {
      _ = try await sampler.sample(
        from: Checkpoint(iteration: iteration, folder: URL(fileURLWithPath: "/M")), requests: Asking.requests(1),
        parameters: SamplingParameters(), progress: { _ in }, finished: { _ in })
    }
    try await draw(0)
    let error = await #expect(throws: EndpointError.self) { try await draw(3) }
    #expect(
      error?.message.hasSuffix("/sh ended with status 3; mend it, then resume") == true, "\(error?.message ?? "")")
    let missing = Asking.settings(fake) { $0.loadCommand = ["no-such-program", "{checkpoint}"] }
    #expect(
      await Asking.failure(try EndpointSampler(missing, environment: ["PATH": "/bin"]), Asking.requests(1))
        == "the load_command no-such-program is no program that can be run; give its path")
  }

  @Test func aModelThatNeverComesIsGivenUp() async throws {
    let fake = try FakeInferenceServer()
    fake.change { $0.models = ["another"] }
    let settings = Asking.settings(fake) {
      $0.loadCommand = ["true"]
      $0.loadTimeoutS = 5
    }
    let clock = VirtualClock()
    let sampler = try EndpointSampler(settings, environment: ["PATH": "/usr/bin:/bin"], clock: clock.clock)
    #expect(await Asking.failure(sampler, Asking.requests(1)).contains("does not serve 'model' 5 s after load_command"))
    #expect(clock.sleeps.count == 5)
  }

  @Test func theSurveyFindsTheInterfaceAndSpendsNothing() async throws {
    let fake = try FakeInferenceServer()
    fake.change { $0.models = [] }
    let found = try await EndpointSampler(Asking.settings(fake) { $0.model = "run-M{t}" }, environment: [:]).survey()
    #expect(found.api == .completions && found.serverVersion == "0.0-fake")
    fake.change {
      $0.hasCompletions = false
      $0.version = nil
    }
    let other = try await EndpointSampler(Asking.settings(fake), environment: [:]).survey()
    #expect(other.api == .chat && other.serverVersion == nil)
    #expect(fake.answered.isEmpty)
    fake.change { $0.key = "needed" }
    let error = await #expect(throws: EndpointError.self) {
      try await EndpointSampler(Asking.settings(fake), environment: [:]).survey()
    }
    #expect(error?.message.hasPrefix("wants a key") == true)
  }
}
