import Core
import RunStore

/// What the loop tells of itself while it works.
public struct RunUpdate: Sendable, Hashable {
  public let stage: StageKey
  public let iterations: Int
  public let progress: StageProgress

  public init(stage: StageKey, iterations: Int, progress: StageProgress) {
    self.stage = stage
    self.iterations = iterations
    self.progress = progress
  }
}

/// Called from any thread.
public typealias RunObserver = @Sendable (RunUpdate) -> Void
