import Core
import Foundation
import Iteration
import Testing

@Suite struct WorkerConfigurationTests {
  private static let ray = "engine: ray, url: http://127.0.0.1:8265, python: /venv/bin/python, folder: work"

  private func read(_ yaml: String) throws -> RunConfiguration {
    try RunConfigurationTests.read(RunConfigurationTests.needed + yaml)
  }

  @Test func withoutThemTheEmbeddedEngineWorks() throws {
    let configuration = try read("")
    #expect(configuration.sampler == nil && configuration.trainer == nil)
    let named = try read("sampler: {engine: native}\ntrainer: {engine: native}\n")
    #expect(named.sampler == nil && named.trainer == nil)
  }

  @Test func everyKeyArrives() throws {
    let configuration = try read(
      """
      sampler: {\(Self.ray), token_env: RAY_TOKEN, attempts: 2, backend: vllm, device: cuda, dtype: float16, block: 4,
        threads: 3, options: {max_model_len: 4096, enforce_eager: true, x: "1", y: 0.5}, actors: 2, cpus_per_actor: 0.5,
        gpus_per_actor: 1, shard_samples: 9}
      trainer: {engine: torchrun, python: /p, folder: /w, device: cuda, dtype: bfloat16, processes: 2, threads: 4,
        cpus_per_process: 2, micro_rows: 8, recompute: true, save_every: 5, restarts: 0, strategy: fsdp,
        options: {version: 2}, batch_rows: 4, lora: {rank: 8, alpha: 16, targets: [q_proj]}}
      """)
    let sampler = try #require(configuration.sampler?.workers)
    var connection = WorkerConnection(
      engine: .ray, url: "http://127.0.0.1:8265", python: "/venv/bin/python", folder: "/somewhere/work")
    connection.tokenEnv = "RAY_TOKEN"
    connection.attempts = 2
    #expect(sampler.connection == connection)
    var sampling = WorkerSampling()
    sampling.backend = .vllm
    sampling.device = .cuda
    sampling.dtype = .float16
    sampling.block = 4
    sampling.threads = 3
    sampling.options = [
      "max_model_len": .integer(4_096), "enforce_eager": .flag(true), "x": .text("1"), "y": .number(0.5),
    ]
    sampling.actors = 2
    sampling.cpusPerActor = 0.5
    sampling.gpusPerActor = 1
    sampling.shardSamples = 9
    #expect(sampler.sampling == sampling)
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    #expect(try decoder.decode(RunConfiguration.self, from: encoder.encode(configuration)) == configuration)
    let trainer = try #require(configuration.trainer)
    #expect(trainer.connection == WorkerConnection(engine: .torchrun, python: "/p", folder: "/w"))
    #expect(trainer.training.processes == 2 && trainer.training.batchRows == 4 && trainer.training.saveEvery == 5)
    #expect(trainer.training.strategy == .fsdp && trainer.training.options == ["version": .integer(2)])
    #expect(trainer.training.adapter?.rank == 8 && trainer.training.adapter?.targets == ["q_proj"])
    #expect(trainer.training.microRows == 8 && trainer.training.restarts == 0 && trainer.training.cpusPerProcess == 2)
    #expect(trainer.training.recomputesActivations && trainer.training.threads == 4)
  }

  /// The Python of a virtual environment is a link, and another program by the path that it leads to.
  @Test(arguments: ["", "python/../"]) func linksToAPythonAreNotFollowed(way: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "venv-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    try FileManager.default.createDirectory(
      at: folder.appending(path: "python"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link", withDestinationPath: "/bin/sh")
    for path in [folder.path + "/\(way)link", "\(way)link"] {
      let configuration = try RunConfiguration(
        yaml: "task: t\nmodel: m\nmethod: sft\ndata: {train: a, test: b}\n"
          + "trainer: {engine: torchrun, python: \(path), folder: f}\n", file: folder.appending(path: "run.yaml"))
      #expect(configuration.trainer?.connection.python == folder.path + "/\(way)link")
    }
  }

  @Test(arguments: [
    (
      "sampler: {python: p, folder: f}",
      "the key 'sampler.engine' is missing; give one of native, endpoint, ray, torchrun"
    ),
    ("trainer: {python: p, folder: f}", "the key 'trainer.engine' is missing; give one of native, ray, torchrun"),
    ("trainer: {engine: endpoint, url: x}", "'trainer.engine' is 'endpoint'; it must be one of native, ray, torchrun"),
    ("trainer: {engine: native, folder: f}", "'trainer.folder' is no key of the engine 'native'"),
    ("sampler: {\(ray), model: m}", "'sampler.model' is no key of the engine 'ray'"),
    ("sampler: {\(ray), token: planted}", "'token' in sampler would put a secret into this file"),
    ("trainer: {\(ray), token: planted}", "'token' in trainer would put a secret into this file"),
    ("sampler: {engine: ray, python: p, folder: f}", "the key 'sampler.url' is missing"),
    ("sampler: {engine: ray, url: 'http://u:planted@h:1', python: p, folder: f}", "'sampler.url' must be the address"),
    ("sampler: {engine: torchrun, url: 'http://h', python: p, folder: f}", "'sampler.url' belongs to the engine 'ray'"),
    ("sampler: {\(ray), token_env: a, token_file: b}", "'sampler.token_file' stands beside 'token_env'"),
    ("sampler: {\(ray), token_env: 'a b'}", "'sampler.token_env' must be the name of an environment variable"),
    ("sampler: {\(ray), actor: 2}", "unknown key 'actor' in sampler; did you mean 'actors'?"),
    ("sampler: {\(ray), backend: vllm}", "'sampler.backend' needs 'device: cuda'"),
    ("sampler: {\(ray), options: {a: 1}}", "'sampler.options' are vLLM's"),
    ("trainer: {\(ray), strategy: fsdp}", "'trainer.strategy' needs 'device: cuda'"),
    ("trainer: {\(ray), dtype: float16}", "'trainer.dtype' must be float32, bfloat16 or mixed"),
    ("sampler: {\(ray), dtype: mixed}", "'sampler.dtype' must be float32, bfloat16 or float16"),
    ("trainer: {\(ray), processes: 2, batch_rows: 3}", "'trainer.batch_rows' must be a multiple of the 2 processes"),
    ("trainer: {\(ray), options: {a: 1}}", "'trainer.options' are of the strategies"),
  ])
  func whatIsWrongIsNamed(yaml: String, message: String) throws {
    let error = #expect(throws: InputError.self) { try read(yaml) }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    #expect(error?.description.contains("planted") == false)
  }
}
