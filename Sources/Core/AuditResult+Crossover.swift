extension AuditResult {
  /// Where pass@k of M_t falls below that of M_1, on the questions with samples of both.
  public struct Crossover: Codable, Sendable, Hashable {
    /// A number of samples, or that there is none up to the largest compared.
    public enum Point: Sendable, Hashable {
      case at(k: Int)
      case beyond(k: Int)
    }

    public let iteration: Int
    /// Questions compared.
    public let questions: Int
    /// The largest k compared: the smallest number of samples that any of these questions has of both.
    public let largestK: Int
    /// The smallest k at which the mean of M_t is below that of M_1.
    public let crossing: Point
    /// Of the 95 % interval of `crossing`, questions resampled.
    public let low: Point
    public let high: Point
    /// Share of the resamples that cross at any k. Most of them may where the models are the same.
    public let crossingShare: Double
    /// The smallest k at which a simultaneous 95 % band over all k lies below 0: a crossing that is not noise.
    public let shown: Point
    /// M_t minus M_1, at k = 1, 2, 4, … and the largest.
    public let differences: [KEstimate]

    public init(
      iteration: Int, questions: Int, largestK: Int, crossing: Point, low: Point, high: Point, crossingShare: Double,
      shown: Point, differences: [KEstimate]
    ) {
      self.iteration = iteration
      self.questions = questions
      self.largestK = largestK
      self.crossing = crossing
      self.low = low
      self.high = high
      self.crossingShare = crossingShare
      self.shown = shown
      self.differences = differences
    }

    private enum CodingKeys: String, CodingKey {
      case iteration, questions
      case largestK = "largest_k"
      case crossing, low, high
      case crossingShare = "crossing_share"
      case shown, differences
    }
  }
}

extension AuditResult.Crossover.Point: Codable {
  private enum CodingKeys: String, CodingKey { case k, beyond }

  /// `{"k":8,"beyond":null}` or `{"k":null,"beyond":64}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let k = try container.decodeIfPresent(Int.self, forKey: .k) {
      self = .at(k: k)
    } else {
      self = .beyond(k: try container.decode(Int.self, forKey: .beyond))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .at(let k):
      try container.encode(k, forKey: .k)
      try container.encodeNil(forKey: .beyond)
    case .beyond(let k):
      try container.encodeNil(forKey: .k)
      try container.encode(k, forKey: .beyond)
    }
  }
}
