import Kernels

/// A range of a `FloatBuffer`: what an operation reads or writes.
@safe package struct FloatView: Sendable {
  package let buffer: FloatBuffer
  package let offset: Int
  package let count: Int

  package init(_ buffer: FloatBuffer, offset: Int = 0, count: Int? = nil) {
    let count = count ?? buffer.count - offset
    precondition(offset >= 0 && count >= 0 && offset + count <= buffer.count, "a view lies within its buffer")
    self.buffer = buffer
    self.offset = offset
    self.count = count
  }

  package func dropFirst(_ skipped: Int) -> FloatView {
    FloatView(buffer, offset: offset + skipped, count: count - skipped)
  }

  package func prefix(_ length: Int) -> FloatView { FloatView(buffer, offset: offset, count: length) }

  package func slice(_ start: Int, _ length: Int) -> FloatView {
    precondition(start >= 0 && length >= 0 && start + length <= count, "a slice lies within its view")
    return FloatView(buffer, offset: offset + start, count: length)
  }

  package subscript(index: Int) -> Float {
    get { buffer[offset + index] }
    nonmutating set { buffer[offset + index] = newValue }
  }

  var start: UnsafeMutablePointer<Float> { unsafe buffer.pointer + offset }
}

/// A matrix in a buffer: element (row, column) at `row * rowStride + column * columnStride`.
package struct MatrixView: Sendable {
  package let view: FloatView
  package let rowStride: Int
  package let columnStride: Int

  /// Row-major with rows of `width` unless `stride` says they are further apart.
  package init(_ view: FloatView, width: Int, stride: Int? = nil) {
    self.view = view
    rowStride = stride ?? width
    columnStride = 1
  }

  private init(_ view: FloatView, rowStride: Int, columnStride: Int) {
    self.view = view
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  package var transposed: MatrixView { MatrixView(view, rowStride: columnStride, columnStride: rowStride) }

  fileprivate func holds(_ rows: Int, _ columns: Int) -> Bool {
    rows == 0 || columns == 0 || (rows - 1) * rowStride + (columns - 1) * columnStride < view.count
  }
}

extension WeightMatrix {
  fileprivate var start: UnsafeRawPointer {
    switch elements {
    case .float32(let view): unsafe UnsafeRawPointer(view.start)
    case .bfloat16(let view), .float16(let view): unsafe UnsafeRawPointer(view.start)
    }
  }
}

extension StoredElementType {
  /// The kernels' name of the type.
  fileprivate var code: Int32 {
    switch self {
    case .float32: Int32(RK_FLOAT32)
    case .bfloat16: Int32(RK_BFLOAT16)
    case .float16: Int32(RK_FLOAT16)
    }
  }
}

/// B[K, N] packed once for many products.
package struct PackedMatrix: Sendable {
  package let rows: Int
  package let columns: Int
  fileprivate let storage: FloatView
}

/// The kernels with their shapes checked: the only file of the engine that handles pointers.
package enum Kernel {
  /// The best instruction set of this CPU, chosen once a process.
  package static let level = rk_cpu_level()

  package static let gemmScratchCount = Int(RK_GEMM_SCRATCH)
  package static let panelWidth = Int(RK_PANEL)
  package static let keyBlock = Int(RK_KEY_BLOCK)

  // MARK: Matrix product

  /// C[M, N] = A[M, K] · B[K, N], or C += with `accumulate`.
  package static func multiply(
    _ m: Int, _ n: Int, _ k: Int, _ a: MatrixView, _ b: MatrixView, into c: MatrixView, accumulate: Bool = false,
    scratch: FloatBuffer, level: Int32 = level
  ) {
    precondition(a.holds(m, k) && b.holds(k, n) && c.holds(m, n) && c.columnStride == 1, "matrix product: shapes")
    precondition(scratch.count >= gemmScratchCount, "matrix product: scratch")
    unsafe rk_gemm(
      m, n, k, a.view.start, a.rowStride, a.columnStride, b.view.start, Int32(RK_FLOAT32), b.rowStride, b.columnStride,
      c.view.start, c.rowStride, accumulate ? 1 : 0, scratch.pointer, level)
  }

  /// C[M, outputs] = A[M, inputs] · Wᵀ where `transposed`, else C[M, inputs] = A[M, outputs] · W; or C += with
  /// `accumulate`.
  package static func multiply(
    _ m: Int, _ a: MatrixView, _ w: WeightMatrix, transposed: Bool, into c: MatrixView, accumulate: Bool = false,
    scratch: FloatBuffer, level: Int32 = level
  ) {
    let (n, k) = transposed ? (w.rows, w.columns) : (w.columns, w.rows)
    let (rowStride, columnStride) = transposed ? (1, w.columns) : (w.columns, 1)
    precondition(a.holds(m, k) && c.holds(m, n) && c.columnStride == 1, "matrix product: shapes")
    precondition(scratch.count >= gemmScratchCount, "matrix product: scratch")
    unsafe rk_gemm(
      m, n, k, a.view.start, a.rowStride, a.columnStride, w.start, w.elementType.code, rowStride, columnStride,
      c.view.start, c.rowStride, accumulate ? 1 : 0, scratch.pointer, level)
  }

  package static func multiplyNaively(
    _ m: Int, _ n: Int, _ k: Int, _ a: MatrixView, _ b: MatrixView, into c: MatrixView, accumulate: Bool = false
  ) {
    precondition(a.holds(m, k) && b.holds(k, n) && c.holds(m, n) && c.columnStride == 1, "matrix product: shapes")
    unsafe rk_gemm_naive(
      m, n, k, a.view.start, a.rowStride, a.columnStride, b.view.start, b.rowStride, b.columnStride, c.view.start,
      c.rowStride, accumulate ? 1 : 0)
  }

  /// Packs linear layers [output features, K] one under another: the product is x · Wᵀ, outputs side by side.
  ///
  /// - Parameter memory: Gives that many floats, aligned to 64 bytes.
  package static func pack(
    _ layers: [(weight: FloatView, outputs: Int)], inputs k: Int,
    memory: (Int) -> FloatView = { FloatView(FloatBuffer(count: $0)) }
  ) -> PackedMatrix {
    let n = layers.reduce(0) { $0 + $1.outputs }
    let storage = memory(rk_packed_count(k, n))
    precondition(storage.count >= rk_packed_count(k, n), "pack: memory")
    var column = 0
    for (weight, outputs) in layers {
      precondition(weight.count == outputs * k, "pack: shape of a weight")
      // Column j of B is row j of W.
      packColumns(k, n, weight, column: column, count: outputs, storage)
      column += outputs
    }
    return PackedMatrix(rows: k, columns: n, storage: storage)
  }

  private static func packColumns(
    _ k: Int, _ n: Int, _ weight: FloatView, column: Int, count: Int, _ storage: FloatView
  ) {
    unsafe rk_pack(k, n, weight.start, 1, k, column, count, storage.start)
  }

  /// C[M, N] = A[M, K] · packed, for the panels `panels` of columns (all unless told otherwise).
  package static func multiply(
    _ m: Int, _ a: FloatView, _ b: PackedMatrix, into c: FloatView, panels: Range<Int>? = nil, scratch: FloatBuffer,
    level: Int32 = level
  ) {
    let panels = panels ?? 0..<panelCount(b)
    precondition(a.count >= m * b.rows && c.count >= m * b.columns, "packed product: shapes")
    precondition(panels.upperBound <= panelCount(b) && scratch.count >= gemmScratchCount, "packed product: panels")
    unsafe rk_gemm_packed(
      m, b.columns, b.rows, a.start, b.rows, b.storage.start, panels.lowerBound, panels.upperBound, c.start,
      b.columns, 0, scratch.pointer, level)
  }

  /// C[M, outputs] = X[M, inputs] · Wᵀ for 16-bit `w`, read where it lies; rows of `c` are `rowStride` apart.
  package static func multiplyRows(
    _ m: Int, _ x: FloatView, _ w: WeightMatrix, into c: FloatView, rowStride: Int, level: Int32 = level
  ) {
    precondition(
      x.count >= m * w.columns && (m == 0 || c.count >= (m - 1) * rowStride + w.rows) && w.elementType != .float32,
      "row product: shapes")
    unsafe rk_gemm_rows(
      m, w.rows, w.columns, x.start, w.start.assumingMemoryBound(to: UInt16.self), w.elementType.code, c.start,
      rowStride, level)
  }

  package static func panelCount(_ b: PackedMatrix) -> Int { (b.columns + panelWidth - 1) / panelWidth }

  // MARK: Rows

  package static func rmsNorm(
    _ t: Int, _ c: Int, _ x: FloatView, weight: FloatView, epsilon: Float, into y: FloatView, inverse: FloatView
  ) {
    precondition(x.count >= t * c && y.count >= t * c && weight.count >= c && inverse.count >= t, "rmsNorm: shapes")
    unsafe rk_rms_norm(t, c, x.start, weight.start, epsilon, y.start, inverse.start)
  }

  package static func rmsNormBackward(
    _ t: Int, _ c: Int, _ x: FloatView, weight: FloatView, inverse: FloatView, dy: FloatView, dx: FloatView,
    dweight: FloatView
  ) {
    precondition(
      x.count >= t * c && dy.count >= t * c && dx.count >= t * c && weight.count >= c && dweight.count >= c
        && inverse.count >= t, "rmsNormBackward: shapes")
    unsafe rk_rms_norm_backward(
      t, c, x.start, weight.start, inverse.start, dy.start, dx.start, dweight.start)
  }

  /// Rotates `heads` heads of width `d` in each row of `x`; `inverse` undoes it.
  package static func rotate(
    _ t: Int, heads: Int, _ d: Int, _ x: FloatView, rowStride: Int, positions: [Int32], tables: RotaryTables,
    inverse: Bool = false
  ) {
    precondition(t == 0 || x.count >= (t - 1) * rowStride + heads * d, "rotate: shapes")
    precondition(positions.count >= t, "rotate: positions")
    precondition(
      positions.allSatisfy { Int($0) < tables.positionCount && $0 >= 0 }, "rotate: a position past the table")
    unsafe rk_rope(
      t, heads, d, x.start, rowStride, positions, tables.cosine.pointer, tables.sine.pointer, inverse ? -1 : 1)
  }

  package static func swiGLU(
    _ t: Int, _ n: Int, gate: FloatView, up: FloatView, rowStride: Int, into y: FloatView
  ) {
    precondition(
      t == 0
        || (gate.count >= (t - 1) * rowStride + n && up.count >= (t - 1) * rowStride + n && y.count >= t * n),
      "swiGLU: shapes")
    unsafe rk_swiglu(t, n, gate.start, up.start, rowStride, y.start, n)
  }

  package static func swiGLUBackward(
    _ n: Int, gate: FloatView, up: FloatView, dy: FloatView, dgate: FloatView, dup: FloatView
  ) {
    precondition([gate, up, dy, dgate, dup].allSatisfy { $0.count >= n }, "swiGLUBackward: shapes")
    unsafe rk_swiglu_backward(n, gate.start, up.start, dy.start, dgate.start, dup.start)
  }

  package static func add(_ n: Int, _ x: FloatView, to y: FloatView) {
    precondition(x.count >= n && y.count >= n, "add: shapes")
    unsafe rk_add(n, x.start, y.start)
  }

  /// Adds `bias` to each of the `t` rows of `y`, all of its width.
  package static func addBias(_ t: Int, _ bias: FloatView, to y: FloatView) {
    let n = bias.count
    precondition(y.count >= t * n, "addBias: shapes")
    for row in 0..<t { unsafe rk_add(n, bias.start, y.start + row * n) }
  }

  /// Adds the sum of the `t` rows of `dy` to `dbias`.
  package static func addBiasGradient(_ t: Int, _ dy: FloatView, to dbias: FloatView) {
    let n = dbias.count
    precondition(dy.count >= t * n, "addBiasGradient: shapes")
    for row in 0..<t { unsafe rk_add(n, dy.start + row * n, dbias.start) }
  }

  package static func scale(_ y: FloatView, by factor: Float) { unsafe rk_scale(y.count, factor, y.start) }

  package static func fill(_ y: FloatView, with value: Float) {
    unsafe y.start.update(repeating: value, count: y.count)
  }

  package static func copy(_ n: Int, _ x: FloatView, to y: FloatView) {
    precondition(x.count >= n && y.count >= n, "copy: shapes")
    unsafe y.start.update(from: x.start, count: n)
  }

  package static func sumOfSquares(_ x: FloatView) -> Double { unsafe rk_sum_of_squares(x.count, x.start) }

  /// Rows of `table` by id.
  package static func gather(_ c: Int, ids: [Int32], from table: FloatView, into y: FloatView) {
    precondition(y.count >= ids.count * c, "gather: shapes")
    precondition(ids.allSatisfy { $0 >= 0 && (Int($0) + 1) * c <= table.count }, "gather: an id past the table")
    unsafe rk_gather(ids.count, c, ids, table.start, y.start)
  }

  /// The rows `ids` of an embedding, as float32.
  package static func gather(ids: [Int32], from table: WeightMatrix, into y: FloatView) {
    let c = table.columns
    precondition(y.count >= ids.count * c, "gather: shapes")
    precondition(ids.allSatisfy { $0 >= 0 && Int($0) < table.rows }, "gather: an id past the table")
    switch table.elements {
    case .float32(let view): unsafe rk_gather(ids.count, c, ids, view.start, y.start)
    case .bfloat16(let view), .float16(let view):
      for (row, id) in ids.enumerated() {
        unsafe rk_widen(c, view.start + Int(id) * c, table.elementType.code, y.start + row * c)
      }
    }
  }

  /// A 16-bit vector as float32.
  package static func widen(_ x: HalfView, _ type: StoredElementType, to y: FloatView) {
    precondition(y.count >= x.count && type != .float32, "widen: shapes")
    unsafe rk_widen(x.count, x.start, type.code, y.start)
  }

  /// `x` as a file holds it in elements of `type`, little endian.
  package static func bytes(of x: WeightMatrix.Elements, as type: StoredElementType) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: x.count * type.byteCount) { bytes, count in
      count = x.count * type.byteCount
      guard let to = UnsafeMutableRawPointer(bytes.baseAddress) else { return }
      switch x {
      case .bfloat16(let view) where type == .bfloat16, .float16(let view) where type == .float16:
        unsafe to.copyMemory(from: view.start, byteCount: count)
      default: unsafe store(x.widened(), as: type, to)
      }
    }
  }

  private static func store(_ x: FloatView, as type: StoredElementType, _ to: UnsafeMutableRawPointer) {
    if type == .float32 {
      unsafe to.copyMemory(from: x.start, byteCount: 4 * x.count)
    } else {
      // An array's storage is aligned to 16 bytes.
      unsafe rk_narrow(x.count, x.start, type.code, to.assumingMemoryBound(to: UInt16.self))
    }
  }

  package static func scatterAdd(_ c: Int, ids: [Int32], _ dy: FloatView, to dtable: FloatView) {
    precondition(dy.count >= ids.count * c, "scatterAdd: shapes")
    precondition(ids.allSatisfy { $0 >= 0 && (Int($0) + 1) * c <= dtable.count }, "scatterAdd: an id past the table")
    unsafe rk_scatter_add(ids.count, c, ids, dy.start, dtable.start)
  }

  // MARK: Attention

  package static func causalSoftmax(_ t: Int, scale: Float, _ scores: FloatView) {
    precondition(scores.count >= t * t, "causalSoftmax: shape")
    unsafe rk_causal_softmax(t, scale, scores.start)
  }

  package static func causalSoftmaxBackward(_ t: Int, scale: Float, p: FloatView, dscores: FloatView) {
    precondition(p.count >= t * t && dscores.count >= t * t, "causalSoftmaxBackward: shape")
    unsafe rk_causal_softmax_backward(t, scale, p.start, dscores.start)
  }

  /// Softmax over the last `window` positions up to each row's own.
  package static func windowSoftmax(_ t: Int, window: Int, scale: Float, _ scores: FloatView) {
    precondition(scores.count >= t * t && window > 0, "windowSoftmax: shape")
    unsafe rk_window_softmax(t, window, scale, scores.start)
  }

  package static func windowSoftmaxBackward(_ t: Int, window: Int, scale: Float, p: FloatView, dscores: FloatView) {
    precondition(p.count >= t * t && dscores.count >= t * t && window > 0, "windowSoftmaxBackward: shape")
    unsafe rk_window_softmax_backward(t, window, scale, p.start, dscores.start)
  }

  /// Softmax of `t` rows that follow a prefix: row i sees the columns up to `prefix` + i, in a window where one is given.
  package static func branchSoftmax(_ t: Int, prefix: Int, window: Int?, scale: Float, _ scores: FloatView) {
    precondition(scores.count >= t * (prefix + t) && window != 0, "branchSoftmax: shape")
    unsafe rk_branch_softmax(t, prefix, window ?? 0, scale, scores.start)
  }

  package static func branchSoftmaxBackward(
    _ t: Int, prefix: Int, window: Int?, scale: Float, p: FloatView, dscores: FloatView
  ) {
    let count = t * (prefix + t)
    precondition(p.count >= count && dscores.count >= count && window != 0, "branchSoftmaxBackward: shape")
    unsafe rk_branch_softmax_backward(t, prefix, window ?? 0, scale, p.start, dscores.start)
  }

  /// The tokens of one pass as the attention kernel sees them; keeps their caches alive.
  @safe package struct CachedRows {
    fileprivate let rows: [rk_cached_row]
    private let caches: [KeyValueCache]
    private let shared: [SharedPrefix?]
    package let scratchCount: Int
    package var count: Int { unsafe rows.count }

    /// - Parameter rows: Per token its own cache, its index in it, what it shares with others, and the first position of
    ///   the sequence that it attends to.
    package init(
      _ rows: [(cache: KeyValueCache, index: Int, shared: SharedPrefix?, firstPosition: Int)], _ c: ModelConfiguration
    ) {
      caches = rows.map(\.cache)
      shared = rows.map(\.shared)
      let entries = unsafe rows.map { row in
        precondition(row.index < row.cache.capacity, "a cache has room for its row")
        precondition(row.firstPosition <= (row.shared?.count ?? 0) + row.index, "a token attends to itself")
        return unsafe rk_cached_row(
          keys: row.cache.keys.start, values: row.cache.values.start, capacity: row.cache.capacity, index: row.index,
          shared_keys: row.shared?.keys.start, shared_values: row.shared?.values.start,
          shared_count: row.shared?.count ?? 0, first: row.firstPosition)
      }
      unsafe self.rows = entries
      scratchCount = unsafe rk_attend_cached_scratch(entries.count, entries, c.headCount, c.keyValueHeadCount)
    }
  }

  /// Stores the keys and values of `queryKeyValue` in the caches of `rows` and attends, for `keyValueHeads` of a layer.
  package static func attend(
    _ rows: CachedRows, layer: Int, _ c: ModelConfiguration, keyValueHeads: Range<Int>, queryKeyValue: FloatView,
    into out: FloatView, scratch: FloatBuffer, level: Int32 = level
  ) {
    let width = (c.headCount + 2 * c.keyValueHeadCount) * c.headDimension
    precondition(
      queryKeyValue.count >= rows.count * width && out.count >= rows.count * c.headCount * c.headDimension
        && scratch.count >= rows.scratchCount && keyValueHeads.upperBound <= c.keyValueHeadCount
        && layer < c.layerCount, "attend: shapes")
    unsafe rk_attend_cached(
      rows.count, rows.rows, layer, c.headCount, c.keyValueHeadCount, c.headDimension, keyValueHeads.lowerBound,
      keyValueHeads.upperBound, queryKeyValue.start, out.start, scratch.pointer, level)
  }

  /// Floats that B[k, n] takes when packed.
  package static func packedCount(_ k: Int, _ n: Int) -> Int { rk_packed_count(k, n) }

  /// Packs B[k, n] into `packed`.
  package static func pack(_ k: Int, _ n: Int, _ b: MatrixView, into packed: FloatView) {
    precondition(b.holds(k, n) && packed.count >= packedCount(k, n), "pack: shapes")
    unsafe rk_pack(k, n, b.view.start, b.rowStride, b.columnStride, 0, n, packed.start)
  }

  // MARK: Head and sampling

  package static func logSumExp(_ x: FloatView) -> Float {
    precondition(x.count > 0, "logSumExp: shape")
    return unsafe rk_log_sum_exp(x.count, x.start)
  }

  package static func crossEntropyBackward(_ logits: FloatView, logSumExp: Float, target: Int, factor: Float) {
    precondition(target >= 0 && target < logits.count, "crossEntropyBackward: target")
    unsafe rk_cross_entropy_backward(logits.count, logits.start, logSumExp, target, factor)
  }

  package static func argmax(_ x: FloatView) -> Int {
    precondition(x.count > 0, "argmax: shape")
    return unsafe rk_argmax(x.count, x.start)
  }

  package static func sample(
    _ logits: FloatView, temperature: Float, topP: Float, uniform: Double, scratch: FloatView
  ) -> Int {
    precondition(logits.count > 0 && scratch.count >= logits.count && temperature > 0, "sample: shapes")
    return unsafe rk_sample(logits.count, logits.start, temperature, topP, uniform, scratch.start)
  }

  // MARK: Optimizer

  package struct AdamWStep: Sendable {
    package var gradientScale, learningRate, beta1, beta2, epsilon, weightDecay, correction1, correction2: Float
  }

  package static func adamW(
    _ weight: FloatView, gradient: FloatView, mean: FloatView, variance: FloatView, _ step: AdamWStep
  ) {
    let n = weight.count
    precondition(gradient.count == n && mean.count == n && variance.count == n, "adamW: shapes")
    unsafe rk_adamw(
      n, weight.start, gradient.start, mean.start, variance.start, step.gradientScale, step.learningRate, step.beta1,
      step.beta2, step.epsilon, step.weightDecay, step.correction1, step.correction2)
  }
}
