/// Semantic diversity: 1 − the mean cosine similarity over all pairs of texts (Wu, Li and Liu, arXiv 2407.05013).
///
/// With unit vectors u_1 … u_n the cosines of the n (n − 1) ordered pairs add up to |Σ u|² − n, so it takes one sum and no
/// pairs.
package struct SemanticDiversity: Sendable {
  private var sum: [Double] = []
  private var count = 0

  package init() {}

  /// Adds a text's vector, of any length but zero; `count` times, for as many texts with this vector.
  package mutating func add(_ vector: [Float], count: Int = 1) {
    if sum.isEmpty { sum = [Double](repeating: 0, count: vector.count) }
    precondition(vector.count == sum.count, "all vectors have one dimension")
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    precondition(length > 0 && length.isFinite, "a vector has a direction")
    let factor = Double(count) / length
    for index in vector.indices { sum[index] += factor * Double(vector[index]) }
    self.count += count
  }

  /// 1 − (|Σ u|² − n) / (n (n − 1)), in 0 … 2; nil for fewer than two texts.
  package var value: Double? {
    guard count >= 2 else { return nil }
    let n = Double(count)
    let squares = sum.reduce(0) { $0 + $1 * $1 }
    // Rounding must not carry equal texts below 0.
    return min(max(1 - (squares - n) / (n * (n - 1)), 0), 2)
  }
}
