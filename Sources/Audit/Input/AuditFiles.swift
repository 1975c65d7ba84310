import Core
import Importers

/// The files that `reversal audit` reads, as the user names them. `-` is standard input.
public struct AuditFiles: Sendable {
  /// A file of problems with one file of samples for each iteration, as `t=FILE`.
  public struct Outputs: Sendable {
    public let problems: String
    public let samples: [String]

    public init(problems: String, samples: [String]) {
      self.problems = problems
      self.samples = samples
    }
  }

  public let outputs: Outputs
  public let outOfDistribution: Outputs?
  public let format: SampleFormat

  public init(_ outputs: Outputs, outOfDistribution: Outputs? = nil, format: SampleFormat = .auto) {
    self.outputs = outputs
    self.outOfDistribution = outOfDistribution
    self.format = format
  }

  /// Reads every file, then judges the samples that come without a judgement.
  ///
  /// - Parameters:
  ///   - threads: Answers judged at a time.
  ///   - verifier: The verifier of a task by its name; throws `InputError` for a name it does not know.
  /// - Throws: `InputError` naming file and line.
  public func read(
    threads: Int, verifier: @escaping @Sendable (String) throws -> any Verifier
  ) async throws -> AuditInput {
    let judge = AnswerJudge(threads: threads, verifier: verifier)
    let outputs = try Self.load(outputs, option: "--samples", format: format)
    let outOfDistribution = try outOfDistribution.map {
      try Self.load($0, option: "--ood-samples", format: format)
    }
    let iterations = try await judge.judge(outputs)
    guard let outOfDistribution else { return AuditInput(problems: outputs.problems.all, iterations: iterations) }
    return AuditInput(
      problems: outputs.problems.all, iterations: iterations,
      outOfDistribution: AuditInput.OutOfDistribution(
        problems: outOfDistribution.problems.all, iterations: try await judge.judge(outOfDistribution)))
  }

  /// A problem file and the samples for it, not judged yet.
  struct Loaded {
    let problems: ProblemFile
    let iterations: [(iteration: Int, samples: [SampleRow])]
  }

  private static func load(_ outputs: Outputs, option: String, format: SampleFormat) throws -> Loaded {
    let files = try outputs.samples.map { try IterationFile($0, option: option) }
    for (index, file) in files.enumerated() {
      if let earlier = files[..<index].first(where: { $0.iteration == file.iteration }) {
        throw InputError(
          "\(option) names iteration \(file.iteration) twice (\(earlier.path) and \(file.path)); give each once")
      }
    }
    guard files.contains(where: { $0.iteration == 1 }) else {
      throw InputError("iteration 1 is missing, which every change is measured against; add \(option) 1=FILE")
    }
    let problems = try ProblemFile(outputs.problems)
    return Loaded(
      problems: problems,
      iterations: try files.map { file in
        (file.iteration, try SampleFile.read(file.path, format: format, problems: problems))
      })
  }
}
