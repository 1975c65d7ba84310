import Core
import Importers

/// Judges the samples that come without a judgement.
struct AnswerJudge: Sendable {
  let threads: Int
  let verifier: @Sendable (String) throws -> any Verifier

  /// The iterations with every sample judged, in the order of the files.
  func judge(_ outputs: AuditFiles.Loaded) async throws -> [AuditInput.Iteration] {
    let verifiers = try verifiers(for: outputs)
    var iterations: [AuditInput.Iteration] = []
    for (iteration, samples) in outputs.iterations {
      iterations.append(
        AuditInput.Iteration(
          iteration: iteration, completions: await judge(samples, of: outputs.problems, by: verifiers)))
    }
    return iterations
  }

  /// The verifiers of the tasks that samples without a judgement belong to.
  private func verifiers(for outputs: AuditFiles.Loaded) throws -> [String: any Verifier] {
    var verifiers: [String: any Verifier] = [:]
    for samples in outputs.iterations.map(\.samples) {
      for sample in samples where sample.verdict == nil {
        let id = sample.completion.problemID
        guard let task = outputs.problems[id]?.task, verifiers[task] == nil else { continue }
        do {
          verifiers[task] = try verifier(task)
        } catch let error as InputError {
          throw InputError(file: outputs.problems.name, line: outputs.problems.line(of: id), error.message)
        }
      }
    }
    return verifiers
  }

  /// Each of `threads` children judges one run of consecutive samples.
  private func judge(
    _ samples: [SampleRow], of problems: ProblemFile, by verifiers: [String: any Verifier]
  ) async -> [JudgedCompletion] {
    let size = max(1, (samples.count + threads - 1) / threads)
    return await withTaskGroup(of: (Int, [JudgedCompletion]).self) { group in
      for start in stride(from: 0, to: samples.count, by: size) {
        group.addTask {
          var judged: [JudgedCompletion] = []
          for sample in samples[start..<min(start + size, samples.count)] {
            judged.append(
              JudgedCompletion(
                completion: sample.completion, verdict: await Self.verdict(of: sample, in: problems, by: verifiers)))
          }
          return (start, judged)
        }
      }
      var parts: [(start: Int, judged: [JudgedCompletion])] = []
      for await part in group { parts.append(part) }
      return parts.sorted { $0.start < $1.start }.flatMap(\.judged)
    }
  }

  private static func verdict(
    of sample: SampleRow, in problems: ProblemFile, by verifiers: [String: any Verifier]
  ) async -> Verdict {
    if let verdict = sample.verdict { return verdict }
    guard let problem = problems[sample.completion.problemID], let verifier = verifiers[problem.task] else {
      preconditionFailure("every sample's problem and every task's verifier were looked up when reading")
    }
    return await verifier.judge(completion: sample.completion.text, problem: problem)
  }
}
