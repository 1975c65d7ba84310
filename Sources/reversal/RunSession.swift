import Core
import Foundation
import Iteration
import Report
import RunStore
import Sandbox
import Synchronization

/// The work on one run or on a folder of runs, from wherever they stand to their reports.
enum RunSession {
  /// What the user says today of the server of a run, given what its configuration says.
  typealias ServerAdjustment = (_ settings: SamplerSettings?, _ run: URL) throws -> SamplerSettings?

  /// Does what is left of the run in `folder`, or of each run of a folder of runs, and reports.
  ///
  /// A run whose first iteration is not done takes it over from another one in the folder where the settings allow it.
  static func work(
    onRunsIn folder: URL, threads: Int?, isolation: Isolation, memory: MemoryOptions,
    server: ServerAdjustment = { settings, _ in settings }
  ) async throws {
    let runs = try RunStore.runs(in: folder)
    for run in runs {
      let display = ProgressDisplay()
      if runs.count > 1 { display.say(run.path) }
      let store = try RunStore.open(run, for: .writing) { manifest in
        .current(threads: try threads ?? RunConfiguration(manifest: manifest, of: run).threads)
      }
      for sibling in runs where sibling != run {
        if try store.isFirstIterationFinished() { break }
        // A sibling that was asked for something else, or is not so far, is no fault: the work is done here then.
        do { try store.inheritFirstIteration(from: sibling) } catch is InputError {}
      }
      try await work(
        on: store, threads: threads, isolation: isolation, memory: memory, server: server, display: display)
      // Its last owner may be a thread that ends later.
      try store.close()
    }
    try await report(onRunsIn: folder)
  }

  /// Audits the finished run in `folder`, or each run of a folder of runs, writes the reports and prints the summary.
  static func report(onRunsIn folder: URL) async throws {
    let runs = try RunStore.runs(in: folder).map { try AuditedRun($0) }.sorted { $0.rank < $1.rank }
    try Task.checkCancellation()
    for run in runs { try run.writeReport() }
    if runs.count > 1 { try AuditedRun.writeReport(over: runs, to: folder) }
    print(TerminalSummary.render(runs.map(\.section)))
    for run in runs {
      if runs.count > 1 { Console.show(run.methodName) }
      Console.show(RunFigures.glance(try RunStatus(of: run.store, figures: RunFigures.measure(run.store))))
    }
    print()
    Console.show("Report: \(folder.appending(path: "report.html").path)")
  }

  /// How an interrupted run is gone on with, for the user.
  static func continuation(of folder: String) -> @Sendable () -> String {
    let folder = URL(filePath: folder).standardizedFileURL
    return {
      // A folder that holds no run was not made yet.
      (try? RunStore.runs(in: folder)) == nil
        ? "nothing was begun, run the command again"
        : "what is done is kept, go on with: reversal resume \(folder.path.shellWord)"
    }
  }

  /// - Parameter threads: Goes before the configuration's.
  private static func work(
    on store: RunStore, threads: Int?, isolation: Isolation, memory: MemoryOptions, server: ServerAdjustment,
    display: ProgressDisplay
  ) async throws {
    let configuration = try RunConfiguration(manifest: store.manifest, of: store.folder)
    let engine = try Wiring.engine(
      threads: threads ?? configuration.threads, batchSize: configuration.sampling.batchSize,
      checksMemory: memory.memoryCheck, sampler: try server(configuration.sampler, store.folder),
      trainer: configuration.trainer, spent: try store.tokenUsage(), notify: display.say)
    // Its prompts are in the store; what is left to ask a task for is gold completions and verdicts.
    let tasks = Wiring.tasks(isolation, threads: threads ?? configuration.threads)
    let prompts = try RunPrompts(configuration, training: nil)
    let task = try tasks.task(named: store.manifest.task, fields: configuration.fields ?? [:])
    let otherTask = try store.manifest.outOfDistributionTask.map { try tasks.task(named: $0) }
    for task in [task] + (otherTask.map { [$0] } ?? []) { try ExecutionOptions.check(task) }
    let current = Mutex<Int?>(nil)
    let observe: RunObserver = { update in
      let finished = current.withLock { current -> Int? in
        let before = current
        current = update.stage.iteration
        return before.flatMap { $0 < update.stage.iteration ? $0 : nil }
      }
      // A look at the figures that fails must not end the work.
      if let finished, let line = try? RunFigures.line(store, iteration: finished) { display.say(line) }
      display.show(update)
    }
    let loop = try SelfImprovement(
      store: store, task: TaskBinding(prompts.builder(for: task)),
      outOfDistributionTask: otherTask.map { TaskBinding(prompts.builder(for: $0)) },
      sampler: engine.sampler, trainer: engine.trainer, observer: observe)
    defer { display.endLine() }
    try await loop.run()
  }
}
