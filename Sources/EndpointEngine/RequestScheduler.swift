import Core

/// Gives out the requests of one call: as many at a time as the server bears and the budget allows.
actor RequestScheduler {
  /// Samples of one prompt with neighbouring indices.
  struct Job: Sendable {
    /// Place of the prompt among those of the call.
    let request: Int
    let samples: Range<Int>
    /// Place of the first sample's answer among those of the call.
    let slot: Int

    /// One job a sample.
    var singles: [Job] {
      samples.map { Job(request: request, samples: $0..<$0 + 1, slot: slot + $0 - samples.lowerBound) }
    }
  }

  /// A job with what may be used of the budget meanwhile, and when it was begun.
  struct Ticket: Sendable {
    let job: Job
    let most: TokenUsage
    let epoch: Int
  }

  /// What came of a job.
  enum Result: Sendable {
    /// What it used is settled already.
    case answered(rest: [Job])
    case split([Job])
    case failed(any Error)
  }

  private let ledger: TokenLedger
  private let clock: RequestClock
  private let most: @Sendable (Job) -> TokenUsage
  private var jobs: [Job]
  private var next = 0
  private var underWay = 0
  private(set) var limit: ConcurrencyLimit
  private var pausedUntil: Duration = .zero
  private(set) var failure: (any Error)?
  private var waiting: CheckedContinuation<Void, Never>?

  /// - Parameter most: The most tokens a job may use.
  init(
    _ jobs: [Job], limit: ConcurrencyLimit, ledger: TokenLedger, clock: RequestClock,
    most: @escaping @Sendable (Job) -> TokenUsage
  ) {
    self.jobs = jobs
    self.limit = limit
    self.ledger = ledger
    self.clock = clock
    self.most = most
  }

  var isStopping: Bool { failure != nil }

  /// The next job when it may be begun; nil where all are done, or after a failure. One caller at a time.
  func nextTicket() async -> Ticket? {
    while failure == nil {
      if next == jobs.count {
        if underWay == 0 { return nil }
      } else if underWay < limit.value {
        let wait = pausedUntil - clock.now()
        if wait > .zero {
          // In pieces, since a request that is under way may fail meanwhile.
          do { try await clock.sleep(min(wait, .seconds(1))) } catch { failure = failure ?? error }
          continue
        }
        let job = jobs[next]
        let most = most(job)
        switch ledger.admit(most) {
        case .granted:
          next += 1
          underWay += 1
          return Ticket(job: job, most: most, epoch: limit.epoch)
        case .later where underWay == 0:
          // Another call on the same server has it reserved.
          do { try await clock.sleep(.milliseconds(100)) } catch { failure = failure ?? error }
          continue
        case .later: break
        case .never:
          failure = BudgetExhausted()
          return nil
        }
      }
      await withCheckedContinuation { waiting = $0 }
    }
    return nil
  }

  func finish(_ ticket: Ticket, _ result: Result) {
    underWay -= 1
    switch result {
    case .answered(let rest): jobs += rest
    case .split(let rest):
      ledger.settle(ticket.most, used: TokenUsage())
      jobs += rest
    case .failed(let error):
      ledger.settle(ticket.most, used: TokenUsage())
      // The first one is what the user must read; a cancellation only follows.
      failure = failure ?? error
    }
    wake()
  }

  func succeeded(_ ticket: Ticket, secondsPerToken: Double) {
    limit.succeeded(begunIn: ticket.epoch, secondsPerToken: secondsPerToken, underWay: underWay)
  }

  /// - Parameter asked: How long the server wants to be left alone.
  func failedOnce(epoch: Int, isOverload: Bool, asked: Duration?) -> Int {
    if isOverload { limit.overloaded(begunIn: epoch) }
    if let asked {
      pausedUntil = max(pausedUntil, clock.now() + min(asked, .seconds(Backoff.longestAsked)))
    }
    return limit.epoch
  }

  private func wake() {
    waiting?.resume()
    waiting = nil
  }
}

/// The next request might exceed the budget.
struct BudgetExhausted: Error {}
