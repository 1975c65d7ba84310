/// The time between tries. Tests pass one that does not let them wait.
public struct RequestClock: Sendable {
  /// Since some moment; never goes back.
  let now: @Sendable () -> Duration
  let sleep: @Sendable (Duration) async throws -> Void

  public init(now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void) {
    self.now = now
    self.sleep = sleep
  }

  public static var continuous: RequestClock {
    let start = ContinuousClock.now
    return RequestClock(now: { ContinuousClock.now - start }, sleep: { try await Task.sleep(for: $0) })
  }
}
