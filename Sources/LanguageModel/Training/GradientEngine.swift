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
  package let weights: TrainableWeights
  private let threads: Int
  private let microBatching: MicroBatching
  private let laneLimit: Int
  private var laneGradients: [FloatBuffer] = []
  private let workers: [Worker]

  private struct Worker {
    let transformer: Transformer
    let head: LossHead
  }

  /// Bytes that the gradients of all lanes together may take, where two do not take more: it bounds the lanes of large
  /// models.
  private static let laneBytes = 1 << 30

  package init(_ model: Model, threads: Int, microBatching: MicroBatching = MicroBatching()) {
    self.model = model
    weights = TrainableWeights(model)
    self.threads = max(1, threads)
    self.microBatching = microBatching
    laneLimit = Self.laneLimit(weights.count)
    workers = (0..<self.threads).map { _ in
      let workspace = Workspace(model.configuration)
      return Worker(transformer: Transformer(model, workspace), head: LossHead(model, workspace))
    }
  }

  /// Lanes at most for a gradient of `count` numbers.
  package static func laneLimit(_ count: Int) -> Int { max(2, min(8, laneBytes / (4 * max(count, 1)))) }

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
        hidden, packed.targets, factors: [Float](repeating: factor, count: packed.targets.count),
        hiddenGradient: outputGradient, gradient: gradient)
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
      let packed = PackedRows(part.flatMap { [pairs[$0].chosen, pairs[$0].rejected] })
      let hidden = worker.transformer.forward(packed.sequences)
      let sums = packed.sums(worker.head.logProbabilities(hidden, packed.targets))
      var factors: [Float] = []
      var outcome = PreferenceSums()
      for (place, pair) in part.enumerated() {
        let policy = PairLogProbabilities(chosen: sums[2 * place], rejected: sums[2 * place + 1])
        let margin = outcome.add(policy, reference[pair], beta: beta)
        let weight = Float(beta * sigmoid(-margin) / Double(pairs.count))
        factors += [Float](repeating: weight, count: pairs[pair].chosen.targetCount)
        factors += [Float](repeating: -weight, count: pairs[pair].rejected.targetCount)
      }
      let outputGradient = Self.outputGradient(worker, hidden.count)
      _ = worker.head.logProbabilities(
        hidden, packed.targets, factors: factors, hiddenGradient: outputGradient, gradient: gradient)
      worker.transformer.backward(packed.sequences, outputGradient: outputGradient, gradient: gradient)
      return outcome
    }
    return outcomes.reduce(PreferenceSums(), +).means
  }

  // MARK: Scoring

  /// log p of every completion token, per row.
  package func tokenLogProbabilities(_ rows: [TokenRow]) -> [[Float]] {
    let split = BatchSplit(lengths: rows.map(\.tokens.count), laneLimit: .max)
    let results = Mutex([[Float]](repeating: [], count: rows.count))
    ComputePool.forEach(split.lanes.count, threads: threads) { [self] worker, lane in
      for part in split.lanes[lane] {
        let packed = PackedRows(part.map { rows[$0] })
        let logs = workers[worker].head.logProbabilities(
          workers[worker].transformer.forward(packed.sequences), packed.targets)
        results.withLock { results in
          for (index, slice) in zip(part, packed.slices(logs)) { results[index] = Array(slice) }
        }
      }
    }
    return results.withLock { $0 }
  }

  /// What the model gives the completions of each pair.
  package func pairLogProbabilities(_ pairs: [TokenPair]) -> [PairLogProbabilities] {
    let sums = tokenLogProbabilities(pairs.flatMap { [$0.chosen, $0.rejected] }).map {
      $0.reduce(0.0) { $0 + Double($1) }
    }
    return pairs.indices.map { PairLogProbabilities(chosen: sums[2 * $0], rejected: sums[2 * $0 + 1]) }
  }

  // MARK: Lanes

  /// Calls `body` for every micro-batch, whose gradient it adds to that of its lane; leaves the sum of all in `gradient`.
  ///
  /// - Returns: What `body` returned, in the order of lanes and micro-batches.
  private func forEachMicroBatch<Outcome: Sendable>(
    of lengths: [Int], _ body: @Sendable (_ worker: Worker, _ part: [Int], _ gradient: FloatBuffer) -> Outcome
  ) -> [Outcome] {
    let lanes = BatchSplit(lengths: lengths, laneLimit: laneLimit, microBatching: microBatching).lanes
    prepareGradients(lanes.count)
    let outcomes = Mutex([[Outcome]](repeating: [], count: lanes.count))
    ComputePool.forEach(lanes.count, threads: threads) { [self] worker, lane in
      let found = lanes[lane].map { body(workers[worker], $0, laneGradients[lane]) }
      outcomes.withLock { $0[lane] = found }
    }
    reduceGradients(lanes.count)
    return outcomes.withLock { $0.flatMap(\.self) }
  }

  private static func outputGradient(_ worker: Worker, _ count: Int) -> FloatView {
    let view = FloatView(worker.transformer.workspace.reservedGradients().branch).prefix(count)
    Kernel.fill(view, with: 0)
    return view
  }

  private func prepareGradients(_ count: Int) {
    while laneGradients.count < count { laneGradients.append(FloatBuffer(count: weights.count)) }
    let gradients = laneGradients
    ComputePool.forEach(count, threads: threads) { _, index in Kernel.fill(FloatView(gradients[index]), with: 0) }
  }

  private func reduceGradients(_ count: Int) {
    guard count > 1 else { return }
    let gradients = laneGradients
    ElementRange.forEach(weights.count, threads: threads) { range in
      for lane in 1..<count {
        Kernel.add(
          range.count, FloatView(gradients[lane], offset: range.lowerBound, count: range.count),
          to: FloatView(gradients[0], offset: range.lowerBound, count: range.count))
      }
    }
  }
}
