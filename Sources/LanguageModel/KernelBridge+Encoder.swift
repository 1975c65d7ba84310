import Kernels

/// The kernels of sentence encoders, with their shapes checked.
extension Kernel {
  /// Each row of `x` becomes layerNorm(x + branch + bias) · weight + shift.
  package static func residualNorm(
    _ t: Int, _ c: Int, _ x: FloatView, branch: FloatView, bias: FloatView, weight: FloatView, shift: FloatView,
    epsilon: Float
  ) {
    precondition(x.count >= t * c && branch.count >= t * c, "residualNorm: shapes")
    precondition([bias, weight, shift].allSatisfy { $0.count >= c }, "residualNorm: shapes of the vectors")
    unsafe rk_residual_norm(t, c, x.start, branch.start, bias.start, weight.start, shift.start, epsilon)
  }

  /// x = gelu(x + bias) for `t` rows of the bias's width.
  package static func biasGELU(_ t: Int, _ x: FloatView, bias: FloatView, _ form: EncoderActivation) {
    let n = bias.count
    precondition(x.count >= t * n, "biasGELU: shapes")
    switch form {
    case .gelu: unsafe rk_bias_gelu(t, n, x.start, bias.start)
    case .tanhGELU: unsafe rk_bias_gelu_tanh(t, n, x.start, bias.start)
    }
  }

  /// Floats of scratch that attention over `t` tokens takes, with heads of width `d`.
  package static func attendScratchCount(_ t: Int, _ d: Int) -> Int { rk_attend_scratch(t, d) }

  /// Attention of every token of one sequence to every other: out[t, heads · d] from rows of queries, keys and values.
  package static func attend(
    _ t: Int, heads: Int, _ d: Int, queryKeyValue: FloatView, into out: FloatView, scratch: FloatBuffer,
    level: Int32 = level
  ) {
    precondition(queryKeyValue.count >= 3 * t * heads * d && out.count >= t * heads * d, "attend: shapes")
    precondition(scratch.count >= attendScratchCount(t, d), "attend: scratch")
    unsafe rk_attend(t, heads, d, queryKeyValue.start, out.start, scratch.pointer, level)
  }
}
