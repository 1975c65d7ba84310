/// One of the four operations on positive integers.
enum Operation: String, Sendable, Hashable {
  case plus = "+"
  case minus = "-"
  case times = "*"
  case dividedBy = "/"

  /// nil where the result is not a positive integer.
  func callAsFunction(_ left: Int, _ right: Int) -> Int? {
    switch self {
    case .plus: return left + right
    case .minus: return left > right ? left - right : nil
    case .times: return left * right
    case .dividedBy: return right > 0 && left % right == 0 && left > 0 ? left / right : nil
    }
  }
}

/// A number in a solution.
enum Quantity: Sendable, Hashable {
  /// It stands in the question.
  case given(Int)
  /// It is what step `index` found.
  case result(Int)
}

/// The words around a step's annotation: `before <<…>>r after`.
struct Frame: Sendable, Hashable {
  let before: String
  /// Begins with a space or the closing full stop.
  let after: String

  init(_ before: String, _ after: String) {
    self.before = before
    self.after = after
  }
}

/// One sentence of a solution.
struct SolutionStep: Sendable, Hashable {
  var left: Quantity
  var operation: Operation
  var right: Quantity
  let frame: Frame
  let isSpelledOut: Bool
  /// Set where a corrupted solution states this instead of the true result.
  var statedResult: Int?
}
