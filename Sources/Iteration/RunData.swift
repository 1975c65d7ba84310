import Core

/// The problems of a run.
public struct RunData: Sendable, Hashable {
  public let train: [Problem]
  public let test: [Problem]
  /// May be empty.
  public let outOfDistribution: [Problem]

  public init(train: [Problem], test: [Problem], outOfDistribution: [Problem] = []) {
    self.train = train
    self.test = test
    self.outOfDistribution = outOfDistribution
  }
}
