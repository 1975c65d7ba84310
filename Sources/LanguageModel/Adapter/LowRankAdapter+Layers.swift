/// What an adapter adds to a linear layer and to its backward pass, for n tokens.
extension LowRankAdapter {
  /// y += scale · (x · Aᵀ) · Bᵀ.
  func forward(_ pair: Pair, _ n: Int, _ x: FloatBuffer, addTo y: FloatBuffer, _ workspace: Workspace) {
    let down = project(pair, n, x, workspace)
    Kernel.multiply(
      n, pair.outputs, settings.rank, down, b(pair, in: weights.values).transposed,
      into: MatrixView(FloatView(y), width: pair.outputs), accumulate: true, scratch: workspace.gemm)
  }

  /// dx += scale · (dy · B) · A, dA += scale · (dy · B)ᵀ · x, dB += scale · dyᵀ · (x · Aᵀ).
  func backward(
    _ pair: Pair, _ n: Int, _ x: FloatBuffer, dy: FloatBuffer, dx: FloatBuffer, gradient: FloatBuffer,
    _ workspace: Workspace
  ) {
    let rank = settings.rank
    let dyMatrix = MatrixView(FloatView(dy), width: pair.outputs)
    let xMatrix = MatrixView(FloatView(x), width: pair.inputs)
    let down = project(pair, n, x, workspace)
    Kernel.multiply(
      pair.outputs, rank, n, dyMatrix.transposed, down, into: b(pair, in: gradient), accumulate: true,
      scratch: workspace.gemm)
    let ddown = MatrixView(FloatView(workspace.lowRankGradient), width: rank)
    Kernel.multiply(
      n, rank, pair.outputs, dyMatrix, b(pair, in: weights.values), into: ddown, scratch: workspace.gemm)
    Kernel.scale(ddown.view.prefix(n * rank), by: Float(settings.scale))
    Kernel.multiply(
      rank, pair.inputs, n, ddown.transposed, xMatrix, into: a(pair, in: gradient), accumulate: true,
      scratch: workspace.gemm)
    Kernel.multiply(
      n, pair.inputs, rank, ddown, a(pair, in: weights.values), into: MatrixView(FloatView(dx), width: pair.inputs),
      accumulate: true, scratch: workspace.gemm)
  }

  /// scale · x · Aᵀ, [n, rank], in the workspace; cheap enough to be computed again in the backward pass.
  private func project(_ pair: Pair, _ n: Int, _ x: FloatBuffer, _ workspace: Workspace) -> MatrixView {
    let rank = settings.rank
    let down = MatrixView(FloatView(workspace.lowRank), width: rank)
    Kernel.multiply(
      n, rank, pair.inputs, MatrixView(FloatView(x), width: pair.inputs), a(pair, in: weights.values).transposed,
      into: down, scratch: workspace.gemm)
    Kernel.scale(down.view.prefix(n * rank), by: Float(settings.scale))
    return down
  }
}
