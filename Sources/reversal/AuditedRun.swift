import Audit
import Core
import Foundation
import Iteration
import Report
import RunStore
import Storage

/// A finished run with its audit.
struct AuditedRun {
  let audit: AuditResult
  let caseStudies: [ReportInput.CaseStudyInput]
  let settings: [ReportInput.Setting]
  let store: RunStore
  let model: String
  private let folder: URL
  private let method: ImprovementMethod
  /// Iterations that had nothing to train on.
  private let unchanged: [Int]

  /// - Parameters:
  ///   - seed: Of the resampling; the run's own unless given.
  ///   - embedder: Measures semantic diversity.
  init(
    _ folder: URL, seed: UInt64? = nil, resamples: Int = 2_000, embedder: (any SentenceEmbedder)? = nil,
    progress: @escaping ProgressHandler = { _ in }
  ) throws {
    try self.init(
      RunStore.open(folder, for: .reading), seed: seed, resamples: resamples, embedder: embedder, progress: progress)
  }

  init(
    _ store: RunStore, seed: UInt64? = nil, resamples: Int = 2_000, embedder: (any SentenceEmbedder)? = nil,
    progress: @escaping ProgressHandler = { _ in }
  ) throws {
    let folder = store.folder
    let configuration = try RunConfiguration(manifest: store.manifest, of: folder)
    guard try store.stages().allSatisfy(\.isFinished) else {
      throw InputError(file: folder.path, "the run is not finished; continue it with `reversal resume \(folder.path)`")
    }
    self.store = store
    model = configuration.model
    self.folder = folder
    method = configuration.method
    unchanged = try store.metrics().filter { $0.value["training_rows"] == 0 }.keys.sorted()
    audit = try Auditor.audit(
      Self.input(store, configuration), seed: seed ?? store.manifest.seed, resamples: resamples, embedder: embedder,
      progress: progress)
    settings =
      Self.settings(store, configuration)
      + (embedder.map { [.init(name: "Sentence encoder", value: $0.name)] } ?? [])
    caseStudies = try Self.caseStudy(store, audit).map { [.init(method: configuration.method.title, study: $0)] } ?? []
  }

  var methodName: String { method.title }
  var isControl: Bool { method == .gold || method == .restart }
  var section: ReportInput.RunSection { .init(method: methodName, isControl: isControl, audit: audit) }

  /// Methods before controls, in the order of the paper.
  var rank: Int { ImprovementMethod.allCases.firstIndex(of: method) ?? 0 }

  private var notes: [String] {
    let unchanged = unchanged.map {
      "\(methodName): no answer of M_\($0 - 1) could be trained on, so M_\($0) is the same model."
    }
    switch method {
    case .gold:
      return unchanged + [
        "\(methodName): M₁ trained on with the human answers, for as many rows as self-SFT takes from M₁'s answers."
      ]
    case .restart:
      return [
        "\(methodName): each iteration is M₀ trained on the same data with another seed; its changes are noise."
      ]
    case .sft, .dpo, .sftDPO: return unchanged
    }
  }

  // MARK: Files

  /// Writes `audit.json` and `report.html` into the run's folder.
  func writeReport() throws {
    try DurableFile.replace(folder.appending(path: "audit.json"), with: Data(try audit.json().utf8))
    try Self.writeReport(over: [self], to: folder)
  }

  /// One report over several finished runs, for instance the three methods from one M_1.
  static func writeReport(over runs: [AuditedRun], to folder: URL) throws {
    try DurableFile.replace(
      folder.appending(path: "report.html"), with: Data(HTMLReport.render(report(over: runs)).utf8))
  }

  static func report(over runs: [AuditedRun]) -> ReportInput {
    let main = runs.first { !$0.isControl } ?? runs.first
    return ReportInput(
      title: "Self-improvement: \(runs.filter { !$0.isControl }.map(\.methodName).joined(separator: ", "))",
      runs: runs.map(\.section), caseStudies: main?.caseStudies ?? [], settings: main?.settings ?? [],
      notes: runs.flatMap(\.notes)
        + (main.flatMap { AuditSummary.missingMeasure(in: $0.audit) }.map { ["\($0)."] } ?? []))
  }

  /// What is wrong with the audit and the report of a run: whether `audit.json` is what its content gives.
  static func findings(in store: RunStore) throws -> [Finding] {
    guard try store.stages().allSatisfy(\.isFinished) else { return [] }
    let remedy = "`reversal report \(store.folder.path)` writes it"
    var findings: [Finding] = []
    func written(_ name: String) -> Data? {
      // Whatever the reason, writing it anew is the remedy.
      let data = try? Data(contentsOf: store.folder.appending(path: name))
      if data == nil { findings.append(Finding(.fault, name, "is missing or cannot be read; \(remedy)")) }
      return data
    }
    if let audit = written("audit.json"), try audit != Data(AuditedRun(store).audit.json().utf8) {
      findings.append(
        Finding(
          .fault, "audit.json",
          "is not what this reversal makes of the run (changed, or made with other options or by another version); "
            + remedy + " anew"))
    }
    _ = written("report.html")
    return findings
  }

  // MARK: Audit

  static func input(_ store: RunStore, _ configuration: RunConfiguration) throws -> AuditInput {
    func greedy(_ split: Split, _ iteration: Int) throws -> [JudgedCompletion] {
      try store.judgedCompletions(split, iteration: iteration, decoding: .greedy)
    }
    let iterations = Array(1...configuration.iterations)
    let test = try store.problems(.test).map(\.problem)
    let sampled = Set(configuration.evaluation.sampledQuestions(of: test).map(\.id))
    let outOfDistribution = try store.problems(.outOfDistribution).map(\.problem)
    var input = AuditInput(
      problems: test,
      iterations: try iterations.map { iteration in
        let samples = try store.judgedCompletions(
          .test, iteration: iteration, decoding: .sampled, samples: 0..<configuration.evaluation.samples)
        return AuditInput.Iteration(
          iteration: iteration,
          completions: try greedy(.test, iteration) + samples.filter { sampled.contains($0.completion.problemID) })
      },
      improvementSamples: try store.judgedCompletions(.test, iteration: 1, decoding: .sampled),
      coverageSamples: try store.judgedCompletions(.train, iteration: 1, decoding: .sampled),
      outOfDistribution: outOfDistribution.isEmpty
        ? nil
        : AuditInput.OutOfDistribution(
          problems: outOfDistribution,
          iterations: try iterations.map {
            AuditInput.Iteration(iteration: $0, completions: try greedy(.outOfDistribution, $0))
          }))
    input.training = try training(store, testedOn: test, iterations: iterations)
    return input
  }

  // MARK: Case study

  /// A question that the last model solves and M_1 does not, with samples of every iteration; otherwise any with samples.
  private static func caseStudy(_ store: RunStore, _ audit: AuditResult) throws -> CaseStudy? {
    let improved = audit.improvementSet.last?.problemIDs ?? []
    let candidates = improved + (try store.problems(.test).map(\.problem.id))
    for id in candidates {
      guard let study = try store.caseStudy(id, samples: 16) else { continue }
      if study.iterations.allSatisfy({ !$0.samples.isEmpty }) { return study }
    }
    return nil
  }

  // MARK: Settings

  private static func settings(_ store: RunStore, _ c: RunConfiguration) -> [ReportInput.Setting] {
    func training(_ settings: TrainingSettings, isPreference: Bool = false) -> String {
      let batch =
        isPreference
        ? "\(settings.batchPairs) pairs a step, β \(settings.beta)" : "\(settings.batchTokens) tokens a step"
      return "\(settings.epochs) epochs, learning rate \(settings.learningRate), \(batch)"
    }
    let model = URL(filePath: c.model).lastPathComponent
    let rows: [(String, String)] = [
      ("Foundation model M₀", model), ("Task", "\(store.manifest.task), version \(store.manifest.taskVersion)"),
      ("Iterations T", "\(c.iterations)"), ("Seed", "\(c.seed)"),
      ("Samples a training question N", "\(c.sampling.n)"),
      (
        "Sampling",
        "temperature \(c.sampling.temperature), top-p \(c.sampling.topP), at most \(c.sampling.maxTokens) tokens"
      ),
      (
        "Evaluation",
        "\(c.evaluation.samples) samples a question on \(c.evaluation.questions.map { "\($0)" } ?? "all") test questions; "
          + "\(c.evaluation.firstIterationSamples) of M₁ on those it fails greedily"
      ),
      (
        "Selection",
        "\(c.selection.maxCorrectPerQuestion.map { "at most \($0)" } ?? "all") correct answers, "
          + "\(c.selection.maxPairsPerQuestion.map { "at most \($0)" } ?? "all") pairs a question, duplicates "
          + (c.selection.deduplicate ? "removed" : "kept")
      ),
      ("SFT of M₁ on human answers", training(c.training.first)), ("SFT on own answers", training(c.training.sft)),
      ("DPO on own pairs", training(c.training.dpo, isPreference: true)),
      ("DPO's reference", c.reference == .previous ? "the model before, M_{t−1}" : "M₁"),
      ("Program", "reversal \(store.manifest.toolVersion)"),
    ]
    return rows.map { .init(name: $0.0, value: $0.1) }
  }
}

extension ImprovementMethod {
  var title: String {
    switch self {
    case .sft: "Iterative SFT"
    case .dpo: "Iterative DPO"
    case .sftDPO: "Iterative SFT-DPO"
    case .gold: "Gold answers again (control)"
    case .restart: "Second M₁ (control)"
    }
  }
}
