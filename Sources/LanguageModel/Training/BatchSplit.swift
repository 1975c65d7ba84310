/// How much of a step is computed at a time: the gradient covers the whole step, memory only a part of it.
public struct MicroBatching: Sendable, Hashable {
  /// Parts of about equal size into which the work of a thread is split (gradient accumulation).
  public var parts: Int
  /// Tokens a thread computes at a time at most; a longer row is computed by itself. nil for no limit.
  public var tokenLimit: Int?

  public init(parts: Int = 1, tokenLimit: Int? = nil) {
    self.parts = parts
    self.tokenLimit = tokenLimit
  }
}

/// The examples of one optimizer step, spread over lanes with a gradient each, and in a lane over micro-batches.
///
/// A function of the lengths alone, never of the threads. Lanes are computed side by side, the micro-batches of a lane one
/// after another.
package struct BatchSplit: Sendable, Hashable {
  /// Indices of examples by lane and micro-batch.
  package let lanes: [[[Int]]]

  /// Tokens from which a batch is worth another lane.
  private static let tokensPerLane = 512

  package init(lengths: [Int], laneLimit: Int, microBatching: MicroBatching = MicroBatching()) {
    let total = lengths.reduce(0, +)
    let count = max(1, min(total / Self.tokensPerLane, laneLimit, lengths.count))
    var lanes = [[Int]](repeating: [], count: count)
    var loads = [Int](repeating: 0, count: count)
    // The longest example first, each to the lane with the fewest tokens so far.
    for index in lengths.indices.sorted(by: { (lengths[$1], $0) < (lengths[$0], $1) }) {
      var lightest = 0
      for lane in 1..<max(count, 1) where loads[lane] < loads[lightest] { lightest = lane }
      lanes[lightest].append(index)
      loads[lightest] += lengths[index]
    }
    self.lanes = lanes.map { Self.microBatches($0.sorted(), lengths, microBatching) }
  }

  private static func microBatches(_ lane: [Int], _ lengths: [Int], _ settings: MicroBatching) -> [[Int]] {
    let total = lane.reduce(0) { $0 + lengths[$1] }
    var parts: [[Int]] = []
    var part: [Int] = []
    var partTokens = 0
    var tokens = 0
    for index in lane {
      let isFull = settings.tokenLimit.map { partTokens + lengths[index] > $0 } ?? false
      // Part p of P ends where p / P of the lane's tokens are reached.
      let isDue = tokens * settings.parts >= total * (parts.count + 1)
      if !part.isEmpty, isFull || isDue {
        parts.append(part)
        part = []
        partTokens = 0
      }
      part.append(index)
      partTokens += lengths[index]
      tokens += lengths[index]
    }
    return part.isEmpty ? parts : parts + [part]
  }
}
