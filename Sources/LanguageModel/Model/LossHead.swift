/// The output head over chosen positions: log-probabilities of targets and, on demand, their gradient.
///
/// Logits exist for one chunk of positions at a time, so a vocabulary of 128,000 costs megabytes, not gigabytes.
package struct LossHead {
  let model: Model
  let workspace: Workspace
  private let rows: FloatBuffer
  private let logits: FloatBuffer
  private let rowGradients: FloatBuffer
  private let chunk: Int

  package init(_ model: Model, _ workspace: Workspace) {
    self.model = model
    self.workspace = workspace
    let c = model.configuration
    chunk = max(16, min(256, (1 << 22) / c.vocabularySize))
    rows = FloatBuffer(count: chunk * c.hiddenSize)
    rowGradients = FloatBuffer(count: chunk * c.hiddenSize)
    logits = FloatBuffer(count: chunk * c.vocabularySize)
  }

  /// log p(target) at each position, natural logarithm.
  ///
  /// - Parameters:
  ///   - hidden: The transformer's output, [tokens, hidden].
  ///   - positions: Rows of `hidden`, each with the token that follows it.
  ///   - factors: Where given, the loss is Σ factorᵢ · (−log pᵢ), and its gradient is added to `hiddenGradient` and to
  ///     the head's part of `gradient`.
  package func logProbabilities(
    _ hidden: FloatView, _ positions: [(row: Int, target: Int32)], factors: [Float]? = nil,
    hiddenGradient: FloatView? = nil, gradient: FloatBuffer? = nil
  ) -> [Float] {
    let c = model.configuration
    let head = model.head
    var result: [Float] = []
    result.reserveCapacity(positions.count)
    for first in stride(from: 0, to: positions.count, by: chunk) {
      let part = positions[first..<min(first + chunk, positions.count)]
      let m = part.count
      for (index, position) in part.enumerated() {
        Kernel.copy(
          c.hiddenSize, hidden.slice(position.row * c.hiddenSize, c.hiddenSize),
          to: FloatView(rows, offset: index * c.hiddenSize, count: c.hiddenSize))
      }
      let rowMatrix = MatrixView(FloatView(rows), width: c.hiddenSize)
      let logitMatrix = MatrixView(FloatView(logits), width: c.vocabularySize)
      Kernel.multiply(
        m, rowMatrix, head, transposed: true, into: logitMatrix, scratch: workspace.gemm)
      for (index, position) in part.enumerated() {
        let row = FloatView(logits, offset: index * c.vocabularySize, count: c.vocabularySize)
        let logSumExp = Kernel.logSumExp(row)
        result.append(row[Int(position.target)] - logSumExp)
        if let factors {
          Kernel.crossEntropyBackward(
            row, logSumExp: logSumExp, target: Int(position.target), factor: factors[first + index])
        }
      }
      guard factors != nil, let hiddenGradient, let gradient else { continue }
      Kernel.multiply(
        m, logitMatrix, head, transposed: false, into: MatrixView(FloatView(rowGradients), width: c.hiddenSize),
        scratch: workspace.gemm)
      for (index, position) in part.enumerated() {
        Kernel.add(
          c.hiddenSize, FloatView(rowGradients, offset: index * c.hiddenSize, count: c.hiddenSize),
          to: hiddenGradient.slice(position.row * c.hiddenSize, c.hiddenSize))
      }
      Kernel.multiply(
        c.vocabularySize, c.hiddenSize, m, logitMatrix.transposed, rowMatrix,
        into: MatrixView(
          FloatView(gradient, offset: model.layout.head, count: c.vocabularySize * c.hiddenSize),
          width: c.hiddenSize),
        accumulate: true, scratch: workspace.gemm)
    }
    return result
  }
}
