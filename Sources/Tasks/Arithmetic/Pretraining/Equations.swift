import Randomness

/// Bare calculations, several a document; only the results are trained.
enum Equations {
  static func document(largest: Int, _ stream: inout RandomStream) -> MaskedText {
    let isAnnotated = stream.chance(0.6)
    var text: MaskedText = ""
    for index in 0..<8 {
      let bound = stream.pick([12, 25, largest])
      let (left, operation, right, result) = draw(largest: bound, &stream)
      let expression = "\(left)\(operation.rawValue)\(right)="
      let separator = index == 0 ? "" : "\n"
      text =
        text
        + (isAnnotated
          ? "\(separator + "<<" + expression)\(trained: "\(result)>>\(result)")"
          : "\(separator + expression)\(trained: result)")
    }
    return text
  }

  /// A calculation with operands and result in 1 … about `largest`, products up to three times that.
  static func draw(
    largest: Int, _ stream: inout RandomStream
  ) -> (left: Int, operation: Operation, right: Int, result: Int) {
    let factor = stream.integer(in: 2...10)
    let size = stream.integer(in: 2...max(largest / 4, 10))
    let (small, large) = (stream.integer(in: 2...largest), stream.integer(in: 2...largest))
    switch stream.index(weighted: [3, 3, 2, 2]) {
    case 0: return (small, .plus, large, small + large)
    case 1: return (small + large, .minus, small, large)
    case 2: return stream.chance(0.5) ? (factor, .times, size, factor * size) : (size, .times, factor, factor * size)
    default: return (factor * size, .dividedBy, factor, size)
    }
  }
}
