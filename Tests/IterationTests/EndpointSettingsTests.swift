import Core
import Foundation
import Iteration
import Testing

/// The section `sampler` of a run's configuration.
@Suite struct EndpointSettingsTests {
  private static let rest = "task: t\nmodel: m\nmethod: sft\ndata: {train: a, test: b}\n"

  private static func read(_ text: String) throws -> RunConfiguration {
    try RunConfiguration(yaml: rest + text, file: URL(fileURLWithPath: "/somewhere/config.yaml"))
  }

  @Test func everyKeyIsReadAndRecorded() throws {
    let configuration = try Self.read(
      """
      sampler:
        engine: endpoint
        url: http://127.0.0.1:8000/v1/
        model: run-M{t}
        api: chat
        key_file: secret/key
        concurrency: {initial: 2, max: 9}
        timeout_s: 30
        retries: 3
        budget: {tokens: 1000, dollars: 2.5}
        price: {prompt_per_million: 0.5, completion_per_million: 1.5}
        load_command: [./load, "{checkpoint}"]
        load_timeout_s: 99
      """)
    var expected = EndpointSettings(url: "http://127.0.0.1:8000/v1", model: "run-M{t}", api: .chat)
    expected.keyFile = "/somewhere/secret/key"
    expected.concurrency = .init(initial: 2, max: 9)
    expected.timeoutS = 30
    expected.retries = 3
    expected.budget = .init(tokens: 1000, dollars: 2.5)
    expected.price = .init(promptPerMillion: 0.5, completionPerMillion: 1.5)
    expected.loadCommand = ["./load", "{checkpoint}"]
    expected.loadTimeoutS = 99
    #expect(configuration.sampler?.endpoint == expected)
    #expect(expected.modelName(iteration: 3) == "run-M3")
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    #expect(try decoder.decode(RunConfiguration.self, from: encoder.encode(configuration)) == configuration)
    #expect(try Self.read("sampler: {engine: native}").sampler == nil)
    #expect(try Self.read("").sampler == nil)
  }

  @Test(arguments: [
    ("{engine: vllm}", "'sampler.engine' is 'vllm'; it must be one of native, endpoint, ray, torchrun"),
    ("{url: http://h/v1}", "the key 'sampler.engine' is missing; give one of native, endpoint, ray, torchrun"),
    (
      "{engine: native, url: http://h/v1}",
      "'sampler.url' is no key of the engine 'native'; remove it or change 'engine'"
    ),
    (
      "{engine: endpoint, url: http://h/v1, model: 'M{t}', actors: 2}",
      "'sampler.actors' is no key of the engine 'endpoint'; remove it or change 'engine'"
    ),
    ("{engine: endpoint, model: 'M{t}'}", "the key 'sampler.url' is missing; give the server's address"),
    ("{engine: endpoint, url: http://h/v1}", "the key 'sampler.model' is missing; give the name"),
    (
      "{engine: endpoint, url: http://h/v1, model: same}",
      "'sampler.model' is one name for the models of all iterations"
    ),
    ("{engine: endpoint, url: h/v1, model: 'M{t}'}", "'sampler.url' is no http or https address"),
    (
      "{engine: endpoint, url: http://h/v1, model: 'M{t}', modell: x}",
      "unknown key 'modell' in sampler; did you mean 'model'?"
    ),
    ("{engine: endpoint, url: http://h/v1, model: 'M{t}', budget: {dollars: 1}}", "the key 'sampler.price' is missing"),
    (
      "{engine: endpoint, url: http://h/v1, model: 'M{t}', concurrency: {initial: 9, max: 3}}",
      "'sampler.concurrency.initial' is above 'max'; give at most 3"
    ),
    (
      "{engine: endpoint, url: http://h/v1, model: 'M{t}', key_env: A, key_file: b}", "'sampler.key_file' stands beside"
    ),
  ])
  func whatIsWrongIsOneLine(section: String, message: String) throws {
    let error = #expect(throws: InputError.self) { try Self.read("sampler: " + section) }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    #expect(error?.line == 5)
  }

  @Test(arguments: [
    "key: sk-planted", "api_key: sk-planted", "token: sk-planted", "key_env: sk-planted",
    "url: http://u:sk-planted@h/v1",
    "url: http://h/v1?key=sk-planted",
  ])
  func aKeyInTheFileIsRefusedAndNotRepeated(line: String) throws {
    let url = line.hasPrefix("url") ? "" : "  url: http://h/v1\n"
    let error = #expect(throws: InputError.self) {
      try Self.read("sampler:\n  engine: endpoint\n  model: 'M{t}'\n\(url)  \(line)\n")
    }
    let description = error?.description ?? ""
    #expect(!description.contains("planted") && description.contains("environment variable"), "\(description)")
  }

  @Test func aPromptGetsOneTemplate() throws {
    let server = "sampler: {engine: endpoint, url: http://h/v1, model: 'M{t}'"
    #expect(try Self.read("prompt: {chat: true}\n\(server)}").sampler?.endpoint?.api == .completions)
    let error = #expect(throws: InputError.self) { try Self.read("prompt: {chat: true}\n\(server), api: chat}") }
    #expect(error?.message.contains("set prompt.chat to false") == true)
  }
}
