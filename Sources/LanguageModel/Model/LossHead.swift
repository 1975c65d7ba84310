/// The output head over chosen positions: log-probabilities of targets and, on demand, their gradient.
///
/// Logits exist for a part of the positions at a time, so a vocabulary of 128,000 costs megabytes, not gigabytes.
package struct LossHead {
  /// A row of the hidden state with the token that follows it.
  package typealias Position = (row: Int, target: Int32)

  let model: Model
  let workspace: Workspace
  private let rows: FloatBuffer
  private let logits: FloatBuffer
  private let rowGradients: FloatBuffer
  private let chunk: Int
  private let capacity: Int

  package init(_ model: Model, _ workspace: Workspace) {
    self.model = model
    self.workspace = workspace
    let c = model.configuration
    chunk = Self.chunk(c)
    capacity = Self.capacity(c)
    // Memory is taken as it is touched.
    rows = FloatBuffer(count: capacity * c.hiddenSize)
    rowGradients = FloatBuffer(count: capacity * c.hiddenSize)
    logits = FloatBuffer(count: capacity * c.vocabularySize)
  }

  /// Positions computed at a time.
  private static func chunk(_ c: ModelConfiguration) -> Int { max(16, min(256, (1 << 22) / c.vocabularySize)) }

  /// Positions of a group whose logits are kept until its factors are known: 128 MB of them.
  private static func capacity(_ c: ModelConfiguration) -> Int {
    max(chunk(c), min(1024, (1 << 25) / c.vocabularySize))
  }

  /// Bytes touched for groups of at most `positions` positions.
  package static func byteCount(_ c: ModelConfiguration, positions: Int) -> Int {
    4 * max(chunk(c), min(positions, capacity(c))) * (2 * c.hiddenSize + c.vocabularySize)
  }

  /// log p(target) at each position, natural logarithm.
  ///
  /// - Parameters:
  ///   - hidden: The transformer's output, [tokens, hidden].
  ///   - factor: Where given, the loss is Σ factor · (−log pᵢ), and its gradient is added to `hiddenGradient` and to the
  ///     head's part of `gradient`.
  ///   - gradient: nil where the head is not trained.
  package func logProbabilities(
    _ hidden: FloatView, _ positions: [Position], factor: Float? = nil, hiddenGradient: FloatView? = nil,
    gradient: FloatBuffer? = nil
  ) -> [Float] {
    stride(from: 0, to: positions.count, by: chunk).flatMap { first in
      let part = positions[first..<min(first + chunk, positions.count)]
      let logs = forward(hidden, part)
      if let factor, let hiddenGradient {
        backward(part, logs, factors: { _ in factor }, hiddenGradient, gradient)
      }
      return logs.map(\.target)
    }
  }

  /// The same for groups of positions whose factors depend on the log-probabilities of the whole group.
  ///
  /// - Parameter factors: From a group's index and log-probabilities, a factor for each of its positions.
  package func logProbabilities(
    _ hidden: FloatView, groups: [[Position]], hiddenGradient: FloatView, gradient: FloatBuffer?,
    factors: (_ group: Int, _ logs: [Float]) -> [Float]
  ) {
    var first = 0
    while first < groups.count {
      var last = first + 1
      var count = groups[first].count
      while last < groups.count, count + groups[last].count <= chunk {
        count += groups[last].count
        last += 1
      }
      if count <= capacity {
        let positions = groups[first..<last].flatMap(\.self)[...]
        let logs = forward(hidden, positions)
        var values: [Float] = []
        for group in first..<last {
          let part = logs[values.count..<values.count + groups[group].count]
          values += factors(group, part.map(\.target))
        }
        backward(positions, logs, factors: { values[$0] }, hiddenGradient, gradient)
      } else {
        backwardInParts(hidden, groups[first], hiddenGradient, gradient) { factors(first, $0) }
      }
      first = last
    }
  }

  /// A group too large for its logits to be kept: they are computed twice.
  private func backwardInParts(
    _ hidden: FloatView, _ group: [Position], _ hiddenGradient: FloatView, _ gradient: FloatBuffer?,
    _ factors: ([Float]) -> [Float]
  ) {
    let values = factors(logProbabilities(hidden, group))
    for first in stride(from: 0, to: group.count, by: chunk) {
      let part = group[first..<min(first + chunk, group.count)]
      backward(part, forward(hidden, part), factors: { values[first + $0] }, hiddenGradient, gradient)
    }
  }

  /// log p of a position's target, and log Σ exp of its logits.
  private struct Logs {
    let target, sumExp: Float
  }

  /// Leaves the logits of `positions` in `logits` and their hidden states in `rows`.
  private func forward(_ hidden: FloatView, _ positions: ArraySlice<Position>) -> [Logs] {
    let c = model.configuration
    for (index, position) in positions.enumerated() {
      Kernel.copy(
        c.hiddenSize, hidden.slice(position.row * c.hiddenSize, c.hiddenSize),
        to: FloatView(rows, offset: index * c.hiddenSize, count: c.hiddenSize))
    }
    Kernel.multiply(
      positions.count, MatrixView(FloatView(rows), width: c.hiddenSize), model.head, transposed: true,
      into: MatrixView(FloatView(logits), width: c.vocabularySize), scratch: workspace.gemm)
    return positions.enumerated().map { index, position in
      let row = logitRow(index)
      let sumExp = Kernel.logSumExp(row)
      return Logs(target: row[Int(position.target)] - sumExp, sumExp: sumExp)
    }
  }

  /// From what `forward` left of the same positions.
  private func backward(
    _ positions: ArraySlice<Position>, _ logs: [Logs], factors: (Int) -> Float, _ hiddenGradient: FloatView,
    _ gradient: FloatBuffer?
  ) {
    let c = model.configuration
    for (index, position) in positions.enumerated() {
      Kernel.crossEntropyBackward(
        logitRow(index), logSumExp: logs[index].sumExp, target: Int(position.target), factor: factors(index))
    }
    let logitMatrix = MatrixView(FloatView(logits), width: c.vocabularySize)
    Kernel.multiply(
      positions.count, logitMatrix, model.head, transposed: false,
      into: MatrixView(FloatView(rowGradients), width: c.hiddenSize), scratch: workspace.gemm)
    for (index, position) in positions.enumerated() {
      Kernel.add(
        c.hiddenSize, FloatView(rowGradients, offset: index * c.hiddenSize, count: c.hiddenSize),
        to: hiddenGradient.slice(position.row * c.hiddenSize, c.hiddenSize))
    }
    guard let gradient else { return }
    Kernel.multiply(
      c.vocabularySize, c.hiddenSize, positions.count, logitMatrix.transposed,
      MatrixView(FloatView(rows), width: c.hiddenSize),
      into: MatrixView(
        FloatView(gradient, offset: model.layout.head, count: c.vocabularySize * c.hiddenSize), width: c.hiddenSize),
      accumulate: true, scratch: workspace.gemm)
  }

  private func logitRow(_ index: Int) -> FloatView {
    let count = model.configuration.vocabularySize
    return FloatView(logits, offset: index * count, count: count)
  }
}
