import Core
import Foundation
import RunStore

extension SelfImprovement {
  /// Lets M_t answer the questions of a stage and judges the answers, chunk by chunk. The answers themselves are kept as
  /// they come.
  func sampleAndJudge(_ key: StageKey) async throws {
    let record = try store.stage(key)
    guard !record.isFinished else { return }
    let draw = try self.draw(key)
    let total = draw.questions.count
    guard total > 0 else { return try store.append([], split: draw.split, to: key, done: 0, total: 0) }
    let checkpoint = try await checkpoint(key.iteration)
    // What an earlier process was answered and could not judge any more is not asked again.
    let waiting = try store.waitingAnswers(
      draw.split, iteration: key.iteration, decoding: draw.parameters.decoding)
    let kept = Dictionary(grouping: waiting, by: \.problemID)
    var progress = AnswerCount(
      finished: draw.questions.prefix(record.done).map(\.samples.count).reduce(0, +),
      total: draw.questions.map(\.samples.count).reduce(0, +))
    let begun = progress.advanced(by: waiting.count)
    report(key, StageProgress(completed: begun.finished, total: begun.total, unit: "answers"))
    var done = record.done
    while done < total {
      try Task.checkCancellation()
      let chunk = Array(draw.questions[done...].prefix(sampler.questionsPerCall))
      let answers = try await self.answers(to: chunk, kept: kept, of: draw, from: checkpoint, key, progress)
      try refuseOtherAnswers(answers, than: chunk)
      let judged = await judge(answers, to: chunk.map(\.problem), by: draw.task.verifier)
      // A verifier that is interrupted says `timeout`, which is no verdict on the answer.
      try Task.checkCancellation()
      done += chunk.count
      progress = progress.advanced(by: answers.count)
      try store.append(judged, split: draw.split, to: key, done: done, total: total)
    }
    report(key, StageProgress(completed: progress.total, total: progress.total, unit: "answers"))
  }

  /// The answers to `chunk` in order: those that are kept, and the rest from the sampler, which are kept as they come.
  private func answers(
    to chunk: [RunPlan.Question], kept: [ProblemID: [Completion]], of draw: Draw, from checkpoint: Checkpoint,
    _ key: StageKey, _ progress: AnswerCount
  ) async throws -> [Completion] {
    let kept = chunk.map { question in
      (kept[question.problem.problem.id] ?? []).filter { question.samples.contains($0.sampleIndex) }
    }
    let requests = zip(chunk, kept).map { question, kept in
      let indices = Set(kept.map(\.sampleIndex))
      return SampleRequest(
        prompt: Self.prompt(question.problem), sampleIndices: question.samples.filter { !indices.contains($0) })
    }
    let before = progress.advanced(by: kept.reduce(0) { $0 + $1.count })
    let missing = requests.filter { !$0.sampleIndices.isEmpty }
    let keeper = AnswerKeeper { try await store.keep($0, split: draw.split, of: key) }
    let expected = missing.reduce(0) { $0 + $1.sampleIndices.count }
    var drawn =
      missing.isEmpty
      ? []
      : try await sampler.sample(
        from: checkpoint, requests: missing, parameters: draw.parameters,
        progress: { report(key, before.showing($0, of: expected)) }, finished: keeper.keep)[...]
    return zip(requests, kept).flatMap { request, kept in
      let answers = drawn.prefix(request.sampleIndices.count)
      drawn = drawn.dropFirst(request.sampleIndices.count)
      return kept.isEmpty ? Array(answers) : (kept + answers).sorted { $0.sampleIndex < $1.sampleIndex }
    } + drawn
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
  private func refuseOtherAnswers(_ answers: [Completion], than questions: [RunPlan.Question]) throws {
    let expected = questions.flatMap { question in question.samples.map { (question.problem.problem.id, $0) } }
    guard answers.count == expected.count,
      zip(answers, expected).allSatisfy({ ($0.problemID, $0.sampleIndex) == $1 })
    else {
      throw RunError(
        .engine, file: store.folder.path,
        "the sampler gave \(answers.count) answers where \(expected.count) were asked for, or in another order; report "
          + "this as a defect")
    }
  }
}

/// Answers drawn so far in a stage of several calls.
private struct AnswerCount: Sendable {
  let finished: Int
  let total: Int

  func advanced(by count: Int) -> AnswerCount { AnswerCount(finished: finished + count, total: total) }

  /// The progress of the stage when a call that draws `expected` answers is as far as `progress`, in whatever unit.
  func showing(_ progress: StageProgress, of expected: Int) -> StageProgress {
    let share = progress.total > 0 ? Double(progress.completed) / Double(progress.total) : 0
    return StageProgress(
      completed: finished + Int(share * Double(expected)), total: total, unit: "answers", note: progress.note)
  }
}
