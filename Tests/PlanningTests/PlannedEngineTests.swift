import ClusterEngine
import Core
import Engines
import Foundation
import Iteration
import Planning
import Testing

/// What samples and trains, as the configuration and the command line say it.
@Suite struct PlannedEngineTests {
  private static let workers = "engine: ray, url: \"http://127.0.0.1:8265\", python: /p, folder: /w, device: cuda"

  private func input(_ more: String) throws -> PlanInput {
    let text = """
      task: gsm8k
      model: /models/Llama-2-7b-hf
      data: {train: a, test: b}
      method: sft
      \(more)

      """
    var input = PlannedRun.input()
    input.configuration = try RunConfiguration(yaml: text, file: URL(filePath: "/runs/run.yaml"))
    return input
  }

  private func chosen(_ more: String, gpu: String? = "h100", gpus: Int? = nil) throws -> PlanInput {
    var input = try input(more)
    try input.chooseEngines(gpu: gpu.map(GPUModel.named), gpus: gpus, file: "run.yaml")
    return input
  }

  @Test func workersAreThoseOfTheFile() throws {
    let input = try chosen(
      """
      sampler: {\(Self.workers), backend: vllm, dtype: bfloat16, actors: 2, gpus_per_actor: 2, shard_samples: 1000,
                options: {max_num_seqs: 64, gpu_memory_utilization: 0.8}}
      trainer: {\(Self.workers), dtype: mixed, processes: 4, strategy: fsdp, micro_rows: 2, recompute: true, save_every: 50,
                batch_rows: 8, lora: {rank: 8, targets: [q_proj]}}
      """)
    #expect(
      input.sampler
        == .workers(
          PlannedSampler.Workers(
            copies: 2, gpusPerCopy: 2, bytesPerWeight: 2, sequences: 64, memoryShare: 0.8, shardSamples: 1000,
            questionsPerCall: 2_048)))
    #expect(
      input.trainer
        == .workers(
          PlannedTrainer.Workers(
            processes: 4, microRows: 2, loraRank: 8, loraTargets: ["q_proj"], saveEvery: 50, batchRows: 8)))
    let forecast = Forecaster(input).forecast()
    #expect(forecast.gpuCount == 4 && !forecast.findings.contains { $0.text.contains("embedded engine") })
  }

  @Test func anotherNumberOfGPUsIsSaid() throws {
    let text = """
      sampler: {\(Self.workers), backend: vllm, dtype: float16, options: {tensor_parallel_size: 2}, actors: 1}
      trainer: {\(Self.workers), dtype: bfloat16, processes: 2, strategy: ddp}
      """
    let input = try chosen(text, gpus: 8)
    #expect(input.findings.map(\.text) == ["the file is for 2 GPUs, the plan for 8"])
    #expect(Forecaster(input).forecast().gpuCount == 8)
    guard case .workers(let sampler) = input.sampler, case .workers(let trainer) = input.trainer else {
      Issue.record("no workers")
      return
    }
    #expect(sampler.copies == 4 && sampler.gpusPerCopy == 2 && trainer.processes == 8)
    #expect(trainer.precision == .bfloat16 && trainer.strategy == .ddp && !trainer.recomputes)
    let error = #expect(throws: InputError.self) { try chosen(text, gpus: 1) }
    #expect(error?.description.contains("over 2 GPUs") == true)
  }

  @Test func aGPUMustBeNamedWhereOneIsUsed() throws {
    let error = #expect(throws: InputError.self) {
      try chosen("trainer: {\(Self.workers), processes: 2}", gpu: nil)
    }
    #expect(error?.description == "run.yaml: computes on GPUs; say on which kind, as --gpu h100")
    let none = #expect(throws: InputError.self) {
      try chosen(
        """
        sampler: {engine: torchrun, python: /p, folder: /w}
        trainer: {engine: torchrun, python: /p, folder: /w}
        """)
    }
    #expect(none?.description.contains("leave out --gpu") == true)
  }

  @Test func workersOnProcessorsAreSlowerThanTheEmbeddedEngine() throws {
    let workers = "{engine: torchrun, python: /p, folder: /w}"
    let slow = Forecaster(try chosen("sampler: \(workers)\ntrainer: \(workers)", gpu: nil)).forecast()
    let native = Forecaster(try chosen("threads: 2", gpu: nil)).forecast()
    #expect(slow.totals.seconds.estimate > 2 * native.totals.seconds.estimate)
    #expect(slow.gpuCount == 0 && slow.totals.gpuHours == nil)
  }

  @Test func aServerBesideGPUs() throws {
    let input = try chosen(
      """
      sampler: {engine: endpoint, url: "http://127.0.0.1:8000/v1", model: "run-M{t}", concurrency: {max: 32},
                price: {prompt_per_million: 0.1, completion_per_million: 0.4}, budget: {dollars: 0.001}}
      """, gpus: 4)
    guard case .endpoint(let endpoint) = input.sampler, case .workers(let trainer) = input.trainer else {
      Issue.record("the sampler is the server, the trainer is on GPUs")
      return
    }
    #expect(endpoint.concurrency == 32 && endpoint.completionPerMillion == 0.4 && trainer.processes == 4)
    var priced = input
    priced.pricePerHour = 2
    let forecast = Forecaster(priced).forecast()
    #expect(forecast.totals.endpointDollars != nil && forecast.totals.machineDollars != nil)
    #expect(forecast.findings.contains { $0.gravity == .refused && $0.text.contains("budget") })
  }

  /// What a call of a sampler asks decides how often workers start.
  @Test func callsAreThoseOfTheSamplers() throws {
    #expect(PlannedSampler.nativeQuestionsPerCall == NativeSampler(threads: 1).questionsPerCall)
    let workers = try WorkerSampler(
      WorkerSamplerSettings(connection: WorkerConnection(engine: .torchrun, python: "/p", folder: "/w")),
      environment: [:])
    #expect(PlannedSampler.workerQuestionsPerCall == workers.questionsPerCall)
  }
}
