import Randomness

extension Solution {
  /// The solution with one mistake, carried on consistently, that ends in another answer.
  ///
  /// The mistake is a wrong result, a wrong operation, or another number in place of one of the question's. Pretraining
  /// on some of these gives M_0 the errors that self-improvement then selects against.
  func corrupted(_ stream: inout RandomStream) -> Solution {
    for _ in 0..<8 {
      var copy = self
      let index = stream.index(below: steps.count)
      switch stream.index(below: 3) {
      case 0: copy.misstateResult(of: index, &stream)
      case 1: copy.confuseOperation(of: index)
      default: copy.misreadNumber(of: index, &stream)
      }
      if let answer = copy.answer, answer != self.answer, answer <= 9_999 { return copy }
    }
    // A wrong last result always ends in another answer.
    var copy = self
    copy.misstateResult(of: steps.count - 1, &stream)
    return copy
  }

  private mutating func misstateResult(of index: Int, _ stream: inout RandomStream) {
    guard let value = values?[index] else { return }
    let slip = stream.pick([1, 1, 2, 10])
    steps[index].statedResult = value > slip && stream.chance(0.5) ? value - slip : value + slip
  }

  private mutating func confuseOperation(of index: Int) {
    steps[index].operation =
      switch steps[index].operation {
      case .plus: .minus
      case .minus, .times: .plus
      case .dividedBy: .minus
      }
  }

  private mutating func misreadNumber(of index: Int, _ stream: inout RandomStream) {
    let others = givenNumbers
    guard !others.isEmpty else { return }
    if case .given = steps[index].right {
      steps[index].right = .given(stream.pick(others))
    } else if case .given = steps[index].left {
      steps[index].left = .given(stream.pick(others))
    }
  }
}
