import Core
import Importers

/// The files that `reversal audit` reads, as the user names them. `-` is standard input.
public struct AuditFiles: Sendable {
  /// A file of problems with the files of samples of each iteration, as `t=FILE`.
  public struct Outputs: Sendable {
    /// nil where the samples bring their problems along.
    public let problems: String?
    public let samples: [String]

    public init(problems: String?, samples: [String]) {
      self.problems = problems
      self.samples = samples
    }
  }

  /// What the files hold.
  public struct Contents: Sendable {
    public let input: AuditInput
    /// What was read for each iteration, in their order, those of the out-of-distribution problems last.
    public let sources: [AuditResult.Input]
  }

  public let outputs: Outputs
  public let outOfDistribution: Outputs?
  public let options: ImportOptions

  public init(_ outputs: Outputs, outOfDistribution: Outputs? = nil, options: ImportOptions = ImportOptions()) {
    self.outputs = outputs
    self.outOfDistribution = outOfDistribution
    self.options = options
  }

  /// Reads every file, and judges the samples that come without a judgement.
  ///
  /// - Parameters:
  ///   - threads: Pieces of a file read and judged at a time; the result does not depend on it.
  ///   - verifier: The verifier of a task by its name; throws `InputError` for a name it does not know.
  /// - Throws: `InputError` naming file and line.
  public func read(
    threads: Int, verifier: @escaping @Sendable (String) throws -> any Verifier
  ) async throws -> Contents {
    let files = try Self.files(outputs.samples, option: "--samples")
    let furtherFiles = try outOfDistribution.map { try Self.files($0.samples, option: "--ood-samples") }
    let main = try await load(outputs, files, isOutOfDistribution: false, threads, verifier)
    guard let outOfDistribution, let furtherFiles else {
      return Contents(input: AuditInput(problems: main.problems, iterations: main.iterations), sources: main.sources)
    }
    let further = try await load(outOfDistribution, furtherFiles, isOutOfDistribution: true, threads, verifier)
    return Contents(
      input: AuditInput(
        problems: main.problems, iterations: main.iterations,
        outOfDistribution: AuditInput.OutOfDistribution(problems: further.problems, iterations: further.iterations)),
      sources: main.sources + further.sources)
  }

  /// Problems and the judged samples for them.
  private struct Loaded {
    let problems: [Problem]
    var iterations: [AuditInput.Iteration] = []
    var sources: [AuditResult.Input] = []
  }

  private func load(
    _ outputs: Outputs, _ files: [[IterationFile]], isOutOfDistribution: Bool, _ threads: Int,
    _ verifier: @escaping @Sendable (String) throws -> any Verifier
  ) async throws -> Loaded {
    let problems: ProblemFile
    if let path = outputs.problems {
      problems = try ProblemFile(path)
    } else {
      problems = try await ImportedProblems.collect(
        from: files.flatMap { $0 }, options: options, threads: threads)
    }
    let judge = AnswerJudge(problems, verifier: verifier)
    let samples = SampleImport(problems: problems, options: options, threads: threads)
    var loaded = Loaded(problems: problems.all)
    for files in files {
      var iteration = AuditInput.Iteration(iteration: files[0].iteration)
      let source = try await samples.read(files, isOutOfDistribution: isOutOfDistribution) { text, problem in
        try await judge.verdict(of: text, problem)
      } deliver: { completion in
        iteration.append(completion)
      }
      loaded.iterations.append(iteration)
      loaded.sources.append(source)
    }
    return loaded
  }

  /// The files of each iteration, in the order of the iterations.
  private static func files(_ arguments: [String], option: String) throws -> [[IterationFile]] {
    let files = try arguments.map { try IterationFile($0, option: option) }
    for (index, file) in files.enumerated() {
      if files[..<index].contains(where: { $0.iteration == file.iteration && $0.path == file.path }) {
        throw InputError("\(option) names \(file.path) twice for iteration \(file.iteration); give each file once")
      }
    }
    guard files.contains(where: { $0.iteration == 1 }) else {
      throw InputError("iteration 1 is missing, which every change is measured against; add \(option) 1=FILE")
    }
    let iterations = Set(files.map(\.iteration)).sorted()
    return iterations.map { iteration in files.filter { $0.iteration == iteration } }
  }
}
