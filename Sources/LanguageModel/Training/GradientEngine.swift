import Synchronization

/// Computes losses and gradients of a step on several threads with the same bits for any number of them.
///
/// A step is split into lanes by its content alone. Each lane has a gradient of its own, to which its micro-batches add one
/// after another, and the gradients are added in the order of the lanes; threads only decide who computes which lane.
///
/// `@unchecked Sendable`: an engine runs one step at a time; within it each worker has its own workspace and each lane its
/// own gradient.
package final class GradientEngine: @unchecked Sendable {
  package let model: Model
  package let adapter: LowRankAdapter?
  private let threads: Int
  private let microBatching: MicroBatching
  private var laneGradients: [FloatBuffer] = []
  private let workers: [Worker]

  private struct Worker {
    let transformer: Transformer
    let head: LossHead
  }

  /// Bytes that the gradients of all lanes together may take, where two do not take more: it bounds the lanes of large
  /// models.
  private static let laneBytes = 1 << 30

  /// - Parameters:
  ///   - adapter: Where given, it is trained instead of the model.
  ///   - recomputes: Keep only the blocks' inputs for the backward pass: less memory, the same bits.
  package init(
    _ model: Model, adapter: LowRankAdapter? = nil, threads: Int, microBatching: MicroBatching = MicroBatching(),
    recomputes: Bool = false
  ) {
    self.model = model
    self.adapter = adapter
    self.threads = max(1, threads)
    self.microBatching = microBatching
    workers = (0..<self.threads).map { _ in
      let workspace = Workspace(model.configuration, recomputes: recomputes, rank: adapter?.settings.rank ?? 0)
      return Worker(
        transformer: Transformer(model, adapter: adapter, workspace), head: LossHead(model, workspace))
    }
  }

  /// What is trained.
  package var weights: TrainableWeights { adapter?.weights ?? TrainableWeights(model) }

  /// Makes room for the largest step at once, so that memory does not grow while training.
  package func reserve(_ demand: TrainingDemand) {
    for worker in workers.prefix(demand.laneCount) {
      worker.transformer.workspace.reserve(demand.needs)
      _ = worker.transformer.workspace.reservedGradients()
    }
  }

  /// Lanes at most for a gradient of `count` numbers.
  package static func laneLimit(_ count: Int) -> Int { max(2, min(8, laneBytes / (4 * max(count, 1)))) }

  /// Bytes of the workspaces of all workers.
  package var workspaceBytes: Int { workers.reduce(0) { $0 + $1.transformer.workspace.byteCount } }

  /// The gradient of the last step, in the layout of `weights`.
  package var gradient: FloatBuffer {
    precondition(!laneGradients.isEmpty, "a step comes before its gradient")
    return laneGradients[0]
  }

  // MARK: Supervised

  /// Mean of −log p over the completion tokens of the step; leaves its gradient in `gradient`.
  package func supervised(_ rows: [TokenRow]) -> Double {
    let targetCount = rows.reduce(0) { $0 + $1.targetCount }
    let factor = 1 / Float(max(targetCount, 1))
    let losses = forEachMicroBatch(of: rows.map(\.tokens.count)) { worker, part, gradient in
      let packed = PackedRows(part.map { rows[$0] })
      let hidden = worker.transformer.forward(packed.sequences)
      let outputGradient = Self.outputGradient(worker, hidden.count)
      let logs = worker.head.logProbabilities(
        hidden, packed.targets.flatMap(\.self), factor: factor, hiddenGradient: outputGradient,
        gradient: adapter == nil ? gradient : nil)
      worker.transformer.backward(packed.sequences, outputGradient: outputGradient, gradient: gradient)
      return logs.reduce(0.0) { $0 - Double($1) }
    }
    return losses.reduce(0, +) / Double(max(targetCount, 1))
  }

  // MARK: Preference

  /// log p of the completions of a pair.
  package struct PairLogProbabilities: Sendable, Hashable {
    package let chosen, rejected: Double

    package init(chosen: Double, rejected: Double) {
      self.chosen = chosen
      self.rejected = rejected
    }
  }

  /// Mean of −log σ(β (Δchosen − Δrejected)) over the pairs, Δ the log-probability of a completion minus that under the
  /// reference (Rafailov et al. 2305.18290, equation 7); leaves its gradient in `gradient`.
  ///
  /// - Parameter reference: Per pair, what the reference gives its completions.
  package func preference(
    _ pairs: [TokenPair], reference: [PairLogProbabilities], beta: Double
  ) -> (loss: Double, metrics: PreferenceMetrics) {
    precondition(pairs.count == reference.count && !pairs.isEmpty, "one reference a pair")
    let outcomes = forEachMicroBatch(of: pairs.map(\.computedTokenCount)) { worker, part, gradient in
      let packed = PackedRows(groups: part.map { [pairs[$0].chosen, pairs[$0].rejected] })
      let hidden = worker.transformer.forward(packed.sequences)
      let outputGradient = Self.outputGradient(worker, hidden.count)
      var sums = PreferenceSums()
      worker.head.logProbabilities(
        hidden, groups: packed.targets, hiddenGradient: outputGradient, gradient: adapter == nil ? gradient : nil
      ) { place, logs in
        let margin = sums.add(packed.pair(logs, group: place), reference[part[place]], beta: beta)
        let weight = Float(beta * sigmoid(-margin) / Double(pairs.count))
        let pair = pairs[part[place]]
        return [Float](repeating: weight, count: pair.chosen.targetCount)
          + [Float](repeating: -weight, count: pair.rejected.targetCount)
      }
      worker.transformer.backward(packed.sequences, outputGradient: outputGradient, gradient: gradient)
      return sums
    }
    return outcomes.reduce(PreferenceSums(), +).means
  }

  // MARK: Scoring

  /// log p of every completion token, per row.
  package func tokenLogProbabilities(_ rows: [TokenRow]) -> [[Float]] {
    score(rows.map { [$0] }, lengths: rows.map(\.tokens.count)) { logs, _, _ in logs }
  }

  /// What the model gives the completions of each pair.
  package func pairLogProbabilities(_ pairs: [TokenPair]) -> [PairLogProbabilities] {
    score(pairs.map { [$0.chosen, $0.rejected] }, lengths: pairs.map(\.computedTokenCount)) { logs, packed, group in
      packed.pair(logs, group: group)
    }
  }

  private func score<Outcome: Sendable>(
    _ groups: [[TokenRow]], lengths: [Int], _ outcome: @Sendable ([Float], PackedRows, _ group: Int) -> Outcome
  ) -> [Outcome] {
    let lanes = BatchSplit(lengths: lengths, laneLimit: .max).lanes
    let results = Mutex([Outcome?](repeating: nil, count: groups.count))
    ComputePool.forEach(lanes.count, threads: threads) { [self] worker, lane in
      for part in lanes[lane] {
        let packed = PackedRows(groups: part.map { groups[$0] })
        let hidden = workers[worker].transformer.forward(packed.sequences)
        let logs = workers[worker].head.logProbabilities(hidden, packed.targets.flatMap(\.self))
        var start = 0
        for (place, index) in part.enumerated() {
          let end = start + packed.targets[place].count
          let found = outcome(Array(logs[start..<end]), packed, place)
          results.withLock { $0[index] = found }
          start = end
        }
      }
    }
    return results.withLock { $0.compactMap(\.self) }
  }

  // MARK: Lanes

  /// Calls `body` for every micro-batch, whose gradient it adds to that of its lane; leaves the sum of all in `gradient`.
  ///
  /// - Returns: What `body` returned, in the order of lanes and micro-batches.
  private func forEachMicroBatch<Outcome: Sendable>(
    of lengths: [Int], _ body: @Sendable (_ worker: Worker, _ part: [Int], _ gradient: FloatBuffer) -> Outcome
  ) -> [Outcome] {
    let weightCount = weights.count
    let laneLimit = Self.laneLimit(weightCount)
    let lanes = BatchSplit(lengths: lengths, laneLimit: laneLimit, microBatching: microBatching).lanes
    prepareGradients(lanes.count, weightCount)
    let outcomes = Mutex([[Outcome]](repeating: [], count: lanes.count))
    ComputePool.forEach(lanes.count, threads: threads) { [self] worker, lane in
      let found = lanes[lane].map { body(workers[worker], $0, laneGradients[lane]) }
      outcomes.withLock { $0[lane] = found }
    }
    reduceGradients(lanes.count)
    return outcomes.withLock { $0.flatMap(\.self) }
  }

  private static func outputGradient(_ worker: Worker, _ count: Int) -> FloatView {
    let view = FloatView(worker.transformer.workspace.reservedGradients().output).prefix(count)
    Kernel.fill(view, with: 0)
    return view
  }

  private func prepareGradients(_ count: Int, _ weightCount: Int) {
    while laneGradients.count < count { laneGradients.append(FloatBuffer(count: weightCount)) }
    let gradients = laneGradients
    ComputePool.forEach(count, threads: threads) { _, index in Kernel.fill(FloatView(gradients[index]), with: 0) }
  }

  private func reduceGradients(_ count: Int) {
    guard count > 1 else { return }
    let gradients = laneGradients
    ElementRange.forEach(gradients[0].count, threads: threads) { range in
      for lane in 1..<count {
        Kernel.add(
          range.count, FloatView(gradients[lane], offset: range.lowerBound, count: range.count),
          to: FloatView(gradients[0], offset: range.lowerBound, count: range.count))
      }
    }
  }
}
