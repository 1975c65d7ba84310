import Core
import Foundation
import RunStore

extension SelfImprovement {
  /// Questions sampled, judged and stored at a time: what is lost at most when the run is killed.
  static let chunk = 128

  /// Lets M_t answer the questions of a stage and judges the answers, chunk by chunk.
  func sampleAndJudge(_ key: StageKey) async throws {
    let record = try store.stage(key)
    guard !record.isFinished else { return }
    let draw = try self.draw(key)
    let total = draw.questions.count
    guard total > 0 else { return try store.append([], split: draw.split, to: key, done: 0, total: 0) }
    let checkpoint = try await checkpoint(key.iteration)
    let progress = AnswerCount(
      finished: draw.questions.prefix(record.done).map(\.samples.count).reduce(0, +),
      total: draw.questions.map(\.samples.count).reduce(0, +))
    report(key, StageProgress(completed: progress.finished, total: progress.total, unit: "answers"))
    var done = record.done
    while done < total {
      try Task.checkCancellation()
      // The questions of one call share their sample indices.
      let samples = draw.questions[done].samples
      let chunk = draw.questions[done...].prefix(Self.chunk).prefix { $0.samples == samples }.map(\.problem)
      var parameters = draw.parameters
      parameters.sampleCount = samples.count
      parameters.firstSampleIndex = samples.lowerBound
      let before = progress.advanced(by: draw.questions.prefix(done).dropFirst(record.done).map(\.samples.count))
      let answers = try await sampler.sample(from: checkpoint, prompts: chunk.map(Self.prompt), parameters: parameters)
      {
        report(key, before.showing($0, of: chunk.count * samples.count))
      }
      try refuseOtherAnswers(answers, than: chunk, samples: samples)
      let judged = await judge(answers, to: chunk, by: draw.task.verifier)
      // A verifier that is interrupted says `timeout`, which is no verdict on the answer.
      try Task.checkCancellation()
      done += chunk.count
      try store.append(judged, split: draw.split, to: key, done: done, total: total)
    }
    report(key, StageProgress(completed: progress.total, total: progress.total, unit: "answers"))
  }

  private struct Draw {
    let split: Split
    let task: TaskBinding
    let questions: [RunPlan.Question]
    let parameters: SamplingParameters
  }

  private func draw(_ key: StageKey) throws -> Draw {
    guard let split = key.stage.split else { preconditionFailure("no answers are drawn in '\(key.stage.rawValue)'") }
    let sampling = configuration.sampling
    let task = split == .outOfDistribution ? outOfDistributionTask : task
    let parameters =
      switch RunPlan.decoding(key.stage) {
      case .greedy: SamplingParameters.greedy(maxTokens: sampling.maxTokens, stop: stop(task))
      case .sampled:
        SamplingParameters(
          temperature: sampling.temperature, topP: sampling.topP, maxTokens: sampling.maxTokens, stop: stop(task),
          seed: seeds.sampling(split, iteration: key.iteration))
      }
    return Draw(split: split, task: task, questions: try plan.questions(key, of: store), parameters: parameters)
  }

  /// A setting holds for the run's own task; another one has its own ends.
  private func stop(_ task: TaskBinding) -> [String] {
    task.name == self.task.name ? configuration.sampling.stop ?? task.stop : task.stop
  }

  /// Judges several answers at a time, since a verifier may run programs; the order is that of `answers`.
  private func judge(
    _ answers: [Completion], to problems: [RunProblem], by verifier: any Verifier
  ) async -> [JudgedCompletion] {
    let problemByID = Dictionary(problems.map { ($0.problem.id, $0.problem) }, uniquingKeysWith: { first, _ in first })
    let width = configuration.threads ?? ProcessInfo.processInfo.activeProcessorCount
    return await withTaskGroup(of: (Int, JudgedCompletion).self) { group in
      var judged: [JudgedCompletion?] = Array(repeating: nil, count: answers.count)
      var next = 0
      func start() {
        guard next < answers.count, !Task.isCancelled, let problem = problemByID[answers[next].problemID] else {
          return
        }
        let (position, answer) = (next, answers[next])
        group.addTask {
          let verdict = await verifier.judge(completion: answer.text, problem: problem)
          return (position, JudgedCompletion(completion: answer, verdict: verdict))
        }
        next += 1
      }
      for _ in 0..<max(1, width) { start() }
      for await (position, answer) in group {
        judged[position] = answer
        start()
      }
      return judged.compactMap { $0 }
    }
  }

  /// The answers must be those that were asked for: a missing one would shift every statistic without a sign.
  private func refuseOtherAnswers(_ answers: [Completion], than problems: [RunProblem], samples: Range<Int>) throws {
    let isComplete =
      answers.count == problems.count * samples.count
      && answers.indices.allSatisfy { index in
        answers[index].problemID == problems[index / samples.count].problem.id
          && answers[index].sampleIndex == samples.lowerBound + index % samples.count
      }
    guard isComplete else {
      throw RunError(
        .engine, file: store.folder.path,
        "the sampler gave \(answers.count) answers where \(problems.count * samples.count) were asked for, or in another "
          + "order; report this as a defect")
    }
  }
}

/// Answers drawn so far in a stage of several calls.
private struct AnswerCount: Sendable {
  let finished: Int
  let total: Int

  func advanced(by counts: [Int]) -> AnswerCount {
    AnswerCount(finished: finished + counts.reduce(0, +), total: total)
  }

  /// The progress of the stage when a call that draws `expected` answers is as far as `progress`, in whatever unit.
  func showing(_ progress: StageProgress, of expected: Int) -> StageProgress {
    let share = progress.total > 0 ? Double(progress.completed) / Double(progress.total) : 0
    return StageProgress(
      completed: finished + Int(share * Double(expected)), total: total, unit: "answers", note: progress.note)
  }
}
