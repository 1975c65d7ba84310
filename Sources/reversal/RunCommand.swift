import ArgumentParser
import Core
import Foundation
import Iteration
import RunStore

/// `reversal run`: self-improvement as a YAML file describes it, then its audit.
struct RunCommand: AsyncParsableCommand, InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run self-improvement as a configuration describes it, and audit it.",
    discussion: """
      Trains M_1 on the human answers, lets every model answer, selects what the next one learns from, and ends with \
      DIR/audit.json and DIR/report.html. A run that was interrupted goes on with `reversal resume DIR`. The keys of the \
      file are explained in docs/configuration.md.
      """)

  @Argument(help: "The YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var config: String

  @Option(help: "The run's folder; it must not exist or be empty.", completion: .directory)
  var out: String

  @Option(help: "Processor cores; instead of the configuration's. Changes no result.")
  var threads: Int?

  @Option(help: "Seed; instead of the configuration's.")
  var seed: UInt64?

  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var memory: MemoryOptions

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads); give 1 or more") }
  }

  var continuation: @Sendable () -> String { RunSession.continuation(of: out) }

  func run() async throws {
    let folder = URL(fileURLWithPath: out).standardizedFileURL
    try RunStore.refuseOccupied(folder)
    var (configuration, text) = try RunConfiguration.read(URL(fileURLWithPath: config))
    configuration.seed = seed ?? configuration.seed
    try await create(configuration, text: text, at: folder)
    try await RunSession.work(onRunsIn: folder, threads: threads, isolation: execution.isolation, memory: memory)
  }

  private func create(_ configuration: RunConfiguration, text: String, at folder: URL) async throws {
    guard let files = configuration.data else {
      throw InputError("the configuration names no data; give 'data' with the files 'train' and 'test'")
    }
    let tasks = Wiring.tasks(execution.isolation, threads: threads ?? configuration.threads)
    let task = try tasks.task(named: configuration.task, fields: configuration.fields ?? [:])
    let otherTask = try files.oodTask.map { try tasks.task(named: $0) }
    for task in [task] + (otherTask.map { [$0] } ?? []) { try ExecutionOptions.check(task) }
    let data = RunData(
      train: try task.loadProblems(from: URL(fileURLWithPath: files.train), split: .train, limit: files.trainLimit),
      test: try task.loadProblems(from: URL(fileURLWithPath: files.test), split: .test, limit: files.testLimit),
      outOfDistribution: try files.ood.map {
        try (otherTask ?? task).loadProblems(from: URL(fileURLWithPath: $0), split: .test, limit: files.oodLimit)
      } ?? [])
    try Wiring.checkModel(
      of: configuration, at: URL(filePath: configuration.model), threads: threads, checksMemory: memory.memoryCheck)
    var configuration = configuration
    if case .endpoint(let settings) = configuration.sampler {
      let sampler = try Wiring.endpoint(settings) { ProgressDisplay().say($0) }
      configuration.sampler = .endpoint(try await sampler.survey())
    }
    let prompts = try RunPrompts(configuration, training: (data.train, task))
    configuration.prompt?.examples = prompts.exampleIDs
    _ = try SelfImprovement.createRun(
      at: folder, configuration: configuration, data: data, task: TaskBinding(prompts.builder(for: task)),
      outOfDistributionTask: otherTask.map { TaskBinding(prompts.builder(for: $0)) }, configurationText: text,
      toolVersion: Reversal.configuration.version,
      environment: .current(threads: threads ?? configuration.threads))
  }
}
