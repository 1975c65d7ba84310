/// A matrix of a model as it lies in memory or in a mapped file: row-major, [outputs, inputs] for a linear layer and
/// [tokens, hidden] for the embedding and the head.
///
/// It keeps its memory alive. Elements of 16 bits stay 16 bits; arithmetic on them is in float32.
package struct WeightMatrix: Sendable {
  package enum Elements: Sendable {
    case float32(FloatView)
    case bfloat16(HalfView)
    case float16(HalfView)

    package var count: Int {
      switch self {
      case .float32(let view): view.count
      case .bfloat16(let view), .float16(let view): view.count
      }
    }

    package var type: StoredElementType {
      switch self {
      case .float32: .float32
      case .bfloat16: .bfloat16
      case .float16: .float16
      }
    }

    /// As float32: the same memory where they are, else a copy.
    package func widened() -> FloatView {
      switch self {
      case .float32(let view): return view
      case .bfloat16(let view), .float16(let view):
        let wide = FloatView(FloatBuffer(count: view.count))
        Kernel.widen(view, type, to: wide)
        return wide
      }
    }

    package func slice(_ start: Int, _ length: Int) -> Elements {
      switch self {
      case .float32(let view): .float32(view.slice(start, length))
      case .bfloat16(let view): .bfloat16(view.slice(start, length))
      case .float16(let view): .float16(view.slice(start, length))
      }
    }
  }

  package let rows: Int
  package let columns: Int
  package let elements: Elements

  package init(rows: Int, columns: Int, _ elements: Elements) {
    precondition(elements.count == rows * columns, "a weight matrix has rows · columns elements")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  package init(_ view: FloatView, rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, .float32(view))
  }

  /// The rows `range` as a matrix of their own, in the same memory.
  package func rows(_ range: Range<Int>) -> WeightMatrix {
    WeightMatrix(
      rows: range.count, columns: columns, elements.slice(range.lowerBound * columns, range.count * columns))
  }

  package var elementType: StoredElementType { elements.type }
  package var byteCount: Int { rows * columns * elementType.byteCount }
}
