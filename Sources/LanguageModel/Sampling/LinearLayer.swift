/// Projections of one input side by side, for inference: y = x · Wᵀ + b.
///
/// float32 weights are packed once for many products; 16-bit weights are read where they lie. Each row's bits depend
/// neither on the other rows nor on how the outputs are shared out between threads.
struct LinearLayer: Sendable {
  private enum Weights: Sendable {
    case packed(PackedMatrix)
    case stored([WeightMatrix])
  }

  /// What the rows of one product are: the choice of the kernel may depend on it, as it is the same for a token however
  /// it is batched.
  enum Phase: Sendable {
    /// All rows belong to one prompt.
    case prefill
    case decoding
  }

  let inputs: Int
  let outputs: Int
  private let weights: Weights
  private let bias: FloatView?

  /// - Parameters:
  ///   - biases: One a projection, or none at all.
  ///   - packs: Whether 16-bit weights are widened and packed too.
  ///   - arena: Where packed weights are put.
  init(_ projections: [WeightMatrix], biases: [FloatView?] = [], packs: Bool, arena: WeightArena) {
    inputs = projections[0].columns
    outputs = projections.reduce(0) { $0 + $1.rows }
    if packs || projections.contains(where: { $0.elementType == .float32 }) {
      let layers = projections.map { ($0.elements.widened(), $0.rows) }
      weights = .packed(Kernel.pack(layers, inputs: inputs, memory: arena.take))
    } else {
      weights = .stored(projections)
    }
    let given = biases.compactMap { $0 }
    precondition(given.isEmpty || given.count == projections.count, "a bias for every projection or for none")
    bias = given.isEmpty ? nil : FloatView(FloatBuffer(given.flatMap { view in (0..<view.count).map { view[$0] } }))
  }

  /// Writes this thread's share, `member` of `count`, of the outputs of `n` rows; the bias comes after all shares.
  func multiply(
    _ n: Int, _ x: FloatView, into y: FloatView, _ phase: Phase, member: Int, of count: Int, scratch: FloatBuffer
  ) {
    switch weights {
    case .packed(let matrix):
      let panels = Kernel.panelCount(matrix)
      Kernel.multiply(
        n, x, matrix, into: y, panels: panels * member / count..<panels * (member + 1) / count, scratch: scratch)
    case .stored(let matrices):
      let share = Self.share(outputs, member, of: count)
      var column = 0
      for matrix in matrices {
        let first = max(share.lowerBound - column, 0)
        let last = min(share.upperBound - column, matrix.rows)
        if first < last {
          multiply(n, x, matrix.rows(first..<last), into: y.dropFirst(column + first), phase, scratch)
        }
        column += matrix.rows
      }
    }
  }

  func addBias(_ n: Int, to y: FloatView) {
    if let bias { Kernel.addBias(n, bias, to: y) }
  }

  private func multiply(
    _ n: Int, _ x: FloatView, _ matrix: WeightMatrix, into y: FloatView, _ phase: Phase, _ scratch: FloatBuffer
  ) {
    switch phase {
    case .prefill:
      Kernel.multiply(
        n, MatrixView(x, width: inputs), matrix, transposed: true,
        into: MatrixView(y, width: matrix.rows, stride: outputs), scratch: scratch)
    case .decoding: Kernel.multiplyRows(n, x, matrix, into: y, rowStride: outputs)
    }
  }

  /// Shares begin at multiples of 16 outputs.
  private static func share(_ outputs: Int, _ member: Int, of count: Int) -> Range<Int> {
    let blocks = (outputs + 15) / 16
    return min(blocks * member / count * 16, outputs)..<min(blocks * (member + 1) / count * 16, outputs)
  }
}
