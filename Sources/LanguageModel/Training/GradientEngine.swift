import Synchronization

/// Computes losses and gradients of a batch on several threads with the same bits for any number of them.
///
/// A batch is split into shards by its content alone. Each shard has a gradient of its own, and the gradients are added
/// in the order of the shards; threads only decide who computes which shard.
///
/// `@unchecked Sendable`: an engine runs one batch at a time; within it each worker has its own workspace and each shard
/// its own gradient.
package final class GradientEngine: @unchecked Sendable {
  package let model: Model
  package let gradient: FloatBuffer
  private let threads: Int
  private let shardLimit: Int
  private var shardGradients: [FloatBuffer]
  private let workers: [(transformer: Transformer, head: LossHead)]

  /// Tokens from which a batch is worth another shard.
  private static let tokensPerShard = 512
  /// Bytes that all gradients together may take beyond the first: it bounds the shards of large models.
  private static let shardBytes = 512 << 20

  package init(_ model: Model, threads: Int) {
    self.model = model
    self.threads = max(1, threads)
    shardLimit = max(1, min(8, Self.shardBytes / (4 * model.layout.count)))
    gradient = FloatBuffer(count: model.layout.count)
    shardGradients = [gradient]
    workers = (0..<min(self.threads, shardLimit)).map { _ in
      let workspace = Workspace(model.configuration)
      return (Transformer(model, workspace), LossHead(model, workspace))
    }
  }

  // MARK: Supervised

  /// Mean of −log p over the completion tokens of the batch; leaves its gradient in `gradient`.
  package func supervised(_ rows: [TokenRow]) -> Double {
    let targetCount = rows.reduce(0) { $0 + $1.targetCount }
    guard targetCount > 0 else {
      Kernel.fill(FloatView(gradient), with: 0)
      return 0
    }
    let factor = 1 / Float(targetCount)
    let shards = shards(of: rows.map(\.tokens.count))
    prepareGradients(shards.count)
    let losses = Mutex([Double](repeating: 0, count: shards.count))
    ComputePool.forEach(shards.count, threads: workers.count) { [self] worker, index in
      let (transformer, head) = workers[worker]
      let part = shards[index].map { rows[$0] }
      let (sequences, targets) = Self.pack(part)
      let hidden = transformer.forward(sequences)
      let outputGradient = outputGradient(transformer.workspace, hidden.count)
      let logs = head.logProbabilities(
        hidden, targets, factors: [Float](repeating: factor, count: targets.count), hiddenGradient: outputGradient,
        gradient: shardGradients[index])
      transformer.backward(sequences, outputGradient: outputGradient, gradient: shardGradients[index])
      let loss = logs.reduce(0.0) { $0 - Double($1) }
      losses.withLock { $0[index] = loss }
    }
    reduceGradients(shards.count)
    return losses.withLock { $0.reduce(0, +) } / Double(targetCount)
  }

  // MARK: Preference

  /// Mean of −log σ(β (Δchosen − Δrejected)) over the pairs, Δ the log-probability of a completion minus that under the
  /// reference (Rafailov et al. 2305.18290, equation 7); leaves its gradient in `gradient`.
  ///
  /// - Parameter reference: Per pair, the reference's log-probability of the chosen and of the rejected completion.
  package func preference(
    _ pairs: [TokenPair], reference: [(chosen: Double, rejected: Double)], beta: Double
  ) -> (loss: Double, accuracy: Double) {
    precondition(pairs.count == reference.count, "one reference a pair")
    let shards = shards(of: pairs.map { $0.chosen.tokens.count + $0.rejected.tokens.count })
    prepareGradients(shards.count)
    let outcomes = Mutex([(loss: Double, wins: Int)](repeating: (0, 0), count: shards.count))
    ComputePool.forEach(shards.count, threads: workers.count) { [self] worker, index in
      let (transformer, head) = workers[worker]
      let rows = shards[index].flatMap { [pairs[$0].chosen, pairs[$0].rejected] }
      let (sequences, targets) = Self.pack(rows)
      let hidden = transformer.forward(sequences)
      let sums = Self.sums(head.logProbabilities(hidden, targets), rows)
      var factors: [Float] = []
      var loss = 0.0
      var wins = 0
      for (place, pair) in shards[index].enumerated() {
        let chosen = sums[2 * place] - reference[pair].chosen
        let rejected = sums[2 * place + 1] - reference[pair].rejected
        let margin = beta * (chosen - rejected)
        loss += softplus(-margin)
        if margin > 0 { wins += 1 }
        let weight = Float(beta * sigmoid(-margin) / Double(pairs.count))
        factors += [Float](repeating: weight, count: pairs[pair].chosen.targetCount)
        factors += [Float](repeating: -weight, count: pairs[pair].rejected.targetCount)
      }
      let outputGradient = outputGradient(transformer.workspace, hidden.count)
      _ = head.logProbabilities(
        hidden, targets, factors: factors, hiddenGradient: outputGradient, gradient: shardGradients[index])
      transformer.backward(sequences, outputGradient: outputGradient, gradient: shardGradients[index])
      outcomes.withLock { $0[index] = (loss, wins) }
    }
    reduceGradients(shards.count)
    let total = outcomes.withLock { $0.reduce((0.0, 0)) { ($0.0 + $1.loss, $0.1 + $1.wins) } }
    return (total.0 / Double(pairs.count), Double(total.1) / Double(pairs.count))
  }

  // MARK: Scoring

  /// log p of every completion token, per row.
  package func tokenLogProbabilities(_ rows: [TokenRow]) -> [[Float]] {
    let shards = shards(of: rows.map(\.tokens.count), unlimited: true)
    let results = Mutex([[Float]](repeating: [], count: rows.count))
    ComputePool.forEach(shards.count, threads: workers.count) { [self] worker, index in
      let (transformer, head) = workers[worker]
      let part = shards[index].map { rows[$0] }
      let (sequences, targets) = Self.pack(part)
      let logs = head.logProbabilities(transformer.forward(sequences), targets)
      var start = 0
      results.withLock { results in
        for (place, row) in shards[index].enumerated() {
          results[row] = Array(logs[start..<start + part[place].targetCount])
          start += part[place].targetCount
        }
      }
    }
    return results.withLock { $0 }
  }

  // MARK: Shards

  /// Indices of the rows of each shard: the longest row first, each to the shard with the fewest tokens so far.
  private func shards(of lengths: [Int], unlimited: Bool = false) -> [[Int]] {
    let total = lengths.reduce(0, +)
    let wanted = max(1, total / Self.tokensPerShard)
    let count = max(1, min(unlimited ? wanted : min(wanted, shardLimit), lengths.count))
    var shards = [[Int]](repeating: [], count: count)
    var loads = [Int](repeating: 0, count: count)
    for row in lengths.indices.sorted(by: { (lengths[$1], $0) < (lengths[$0], $1) }) {
      var lightest = 0
      for index in 1..<max(count, 1) where loads[index] < loads[lightest] { lightest = index }
      shards[lightest].append(row)
      loads[lightest] += lengths[row]
    }
    return shards.map { $0.sorted() }
  }

  private static func pack(_ rows: [TokenRow]) -> (PackedSequences, [(row: Int, target: Int32)]) {
    let sequences = PackedSequences(rows.map(\.input))
    var targets: [(row: Int, target: Int32)] = []
    for (row, start) in zip(rows, sequences.offsets) { targets += row.targets(from: start) }
    return (sequences, targets)
  }

  private static func sums(_ logs: [Float], _ rows: [TokenRow]) -> [Double] {
    var start = 0
    return rows.map { row in
      defer { start += row.targetCount }
      return logs[start..<start + row.targetCount].reduce(0.0) { $0 + Double($1) }
    }
  }

  private func outputGradient(_ workspace: Workspace, _ count: Int) -> FloatView {
    let view = FloatView(workspace.reservedGradients().branch).prefix(count)
    Kernel.fill(view, with: 0)
    return view
  }

  private func prepareGradients(_ count: Int) {
    while shardGradients.count < count { shardGradients.append(FloatBuffer(count: model.layout.count)) }
    let gradients = shardGradients
    ComputePool.forEach(count, threads: threads) { _, index in Kernel.fill(FloatView(gradients[index]), with: 0) }
  }

  private func reduceGradients(_ count: Int) {
    guard count > 1 else { return }
    let gradients = shardGradients
    ElementRange.forEach(model.layout.count, threads: threads) { range in
      for shard in 1..<count {
        Kernel.add(
          range.count, FloatView(gradients[shard], offset: range.lowerBound, count: range.count),
          to: FloatView(gradients[0], offset: range.lowerBound, count: range.count))
      }
    }
  }
}

/// Splits elementwise work over a whole buffer between threads, in pieces of a fixed size.
enum ElementRange {
  static let size = 1 << 16

  static func forEach(_ count: Int, threads: Int, _ body: @Sendable (Range<Int>) -> Void) {
    ComputePool.forEach((count + size - 1) / size, threads: threads) { _, index in
      body(index * size..<min((index + 1) * size, count))
    }
  }
}
