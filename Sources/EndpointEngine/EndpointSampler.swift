import Connections
import Core
import Foundation
import Randomness
import Synchronization

/// Draws answers from a server with OpenAI's interface: vLLM, SGLang, llama.cpp, `transformers serve`, hosted ones.
///
/// What the server understands is found out by asking. Every answer is handed over when it is there, and a request that
/// fails is tried again; where the server does not recover, or the budget ends, nothing that was answered is lost.
public final class EndpointSampler: Sampler {
  let settings: EndpointSettings
  let client: EndpointClient
  private let models: ServedModels
  private let ledger: TokenLedger
  private let limit: Mutex<ConcurrencyLimit>
  private let key: APIKey?
  private let clock: RequestClock
  /// Samples a request at most; hosted servers take no more.
  private static let mostSamples = 128

  /// - Parameters:
  ///   - spent: What earlier processes spent of the same budget.
  ///   - environment: Where the key and programs are looked for.
  ///   - notify: Is told what the server was found to lack, once a process.
  /// - Throws: `InputError` for a key that is not where the settings say, or an address it must not be sent to.
  public init(
    _ settings: EndpointSettings, spent: TokenUsage = TokenUsage(), environment: [String: String],
    clock: RequestClock = .continuous, notify: @escaping @Sendable (String) -> Void = { _ in }
  ) throws {
    self.settings = settings
    self.clock = clock
    key = try APIKey(
      environmentVariable: settings.keyEnv, file: settings.keyFile, environment: environment)
    client = try EndpointClient(settings, key: key, clock: clock, notify: notify)
    models = ServedModels(settings, client: client, searchPath: environment["PATH"] ?? "")
    ledger = TokenLedger(settings, spent: spent)
    limit = Mutex(ConcurrencyLimit(settings.concurrency))
  }

  public func sample(
    from checkpoint: Checkpoint, requests: [SampleRequest], parameters: SamplingParameters,
    progress: @escaping ProgressHandler, finished: @escaping AnswerHandler
  ) async throws -> [Completion] {
    guard requests.contains(where: { !$0.sampleIndices.isEmpty }) else { return [] }
    let model = try await models.name(of: checkpoint)
    let call = Call(
      model: model, requests: requests, parameters: parameters, progress: progress, finished: finished,
      answers: Answers(count: requests.reduce(0) { $0 + $1.sampleIndices.count }))
    let client = client
    let scheduler = RequestScheduler(
      Self.jobs(requests), limit: limit.withLock { $0 }, ledger: ledger, clock: clock,
      most: { call.query($0, client.dialect).mostTokens })
    await withDiscardingTaskGroup { group in
      while let ticket = await scheduler.nextTicket() {
        group.addTask { await scheduler.finish(ticket, await self.work(on: ticket, of: call, scheduler)) }
      }
      // After a failure, what is under way and paid for still comes in.
    }
    let (reached, failure) = await (scheduler.limit, scheduler.failure)
    limit.withLock { $0 = reached }
    try Task.checkCancellation()
    if failure is BudgetExhausted { throw exhausted }
    if let failure { throw failure }
    let answers = call.answers.all
    if Self.looksGreedy(answers, requests, parameters) {
      client.sayOnce(
        "gives every sample of a question the same text; it may decode greedily whatever it is asked for (docs/endpoints.md)"
      )
    }
    return answers
  }

  /// Whether a server that was asked for samples seems to give its greedy answer each time. A few questions may have but
  /// one answer; not all of them.
  private static func looksGreedy(
    _ answers: [Completion], _ requests: [SampleRequest], _ parameters: SamplingParameters
  ) -> Bool {
    guard parameters.decoding == .sampled else { return false }
    var rest = answers[...]
    let questions = requests.map { request in
      defer { rest = rest.dropFirst(request.sampleIndices.count) }
      return rest.prefix(request.sampleIndices.count)
    }.filter { $0.count >= 4 }
    return questions.count >= 4 && questions.allSatisfy { Set($0.map(\.text)).count == 1 }
  }

  private static func jobs(_ requests: [SampleRequest]) -> [RequestScheduler.Job] {
    var slot = 0
    var jobs: [RequestScheduler.Job] = []
    for (index, request) in requests.enumerated() {
      for run in request.runs {
        for first in stride(from: run.lowerBound, to: run.upperBound, by: mostSamples) {
          let samples = first..<min(first + mostSamples, run.upperBound)
          jobs.append(RequestScheduler.Job(request: index, samples: samples, slot: slot))
          slot += samples.count
        }
      }
    }
    return jobs
  }

  private var exhausted: EndpointError {
    EndpointError(
      .budget, address: settings.url,
      "the budget does not cover another request (\(ledger.summary ?? "nothing spent")); what is answered is kept, go on "
        + "with a higher --budget-tokens or --budget-dollars")
  }
}

// MARK: - One job

extension EndpointSampler {
  /// What all jobs of a call share.
  private struct Call: Sendable {
    let model: String
    let requests: [SampleRequest]
    let parameters: SamplingParameters
    let progress: ProgressHandler
    let finished: AnswerHandler
    let answers: Answers

    func query(_ job: RequestScheduler.Job, _ dialect: ServerDialect) -> CompletionQuery {
      CompletionQuery(
        model: model, prompt: requests[job.request].prompt, samples: job.samples, parameters: parameters,
        dialect: dialect)
    }
  }

  /// The answers of a call by their place.
  private final class Answers: Sendable {
    private let slots: Mutex<(answers: [Completion?], count: Int)>

    init(count: Int) { slots = Mutex((Array(repeating: nil, count: count), 0)) }

    var all: [Completion] { slots.withLock { $0.answers.compactMap { $0 } } }

    /// Returns how many there are by now, and how many there will be.
    func set(_ completions: [Completion], at slot: Int) -> (count: Int, total: Int) {
      slots.withLock { slots in
        for (offset, completion) in completions.enumerated() { slots.answers[slot + offset] = completion }
        slots.count += completions.count
        return (slots.count, slots.answers.count)
      }
    }
  }

  /// Asks until there is an answer, or no hope for one.
  private func work(
    on ticket: RequestScheduler.Ticket, of call: Call, _ scheduler: RequestScheduler
  ) async -> RequestScheduler.Result {
    let job = ticket.job
    let problem = call.requests[job.request].prompt.problemID
    var backoff = Backoff(
      RandomStream(seed: call.parameters.seed, "retry", problem.rawValue).child(job.samples.lowerBound))
    var epoch = ticket.epoch
    var tries = 0
    do {
      while true {
        let query = call.query(job, client.dialect)
        if job.samples.count > 1, !query.dialect.extras.contains(.several) { return .split(job.singles) }
        switch try await client.ask(query) {
        case .reply(let completions, let usage, let seconds):
          return try await accept(completions, usage, seconds, ticket, call, scheduler)
        case .rejected(let status, let text):
          guard client.learn(from: query, status: status, text: text) else {
            return .failed(client.refusal(status, text, question: problem))
          }
        case .permanent(let error): return .failed(error)
        case .transient(let reason, let asked, let isOverload):
          tries += 1
          epoch = await scheduler.failedOnce(epoch: epoch, isOverload: isOverload, asked: asked)
          guard tries <= settings.retries, await !scheduler.isStopping else {
            return .failed(client.failure(reason, tries: tries))
          }
          try await clock.sleep(backoff.next(asked: asked))
        }
      }
    } catch {
      return .failed(error)
    }
  }

  private func accept(
    _ completions: [Completion], _ usage: TokenUsage?, _ seconds: Double, _ ticket: RequestScheduler.Ticket,
    _ call: Call, _ scheduler: RequestScheduler
  ) async throws -> RequestScheduler.Result {
    if usage == nil, ledger.isLimited {
      throw EndpointError(
        .refused, address: settings.url, "counts no tokens, so that a budget cannot be kept; remove the budget")
    }
    try await call.finished(FinishedAnswers(completions, usage: usage))
    ledger.settle(ticket.most, used: usage ?? TokenUsage())
    let longest = completions.compactMap(\.tokenCount).max() ?? 1
    await scheduler.succeeded(ticket, secondsPerToken: seconds / Double(max(1, longest)))
    let (count, total) = call.answers.set(completions, at: ticket.job.slot)
    call.progress(StageProgress(completed: count, total: total, unit: "answers", note: ledger.summary))
    return .answered(rest: Array(ticket.job.singles.dropFirst(completions.count)))
  }
}
