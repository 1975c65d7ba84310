/// A worked solution: sentences with calculator annotations, then the answer, in GSM8K's format.
package struct Solution: Sendable, Hashable {
  var steps: [SolutionStep]

  /// What each step finds, mistakes carried on; nil where a step has no positive integer result.
  var values: [Int]? {
    var values: [Int] = []
    for step in steps {
      guard let result = step.operation(number(step.left, values), number(step.right, values)) else { return nil }
      values.append(step.statedResult ?? result)
    }
    return values
  }

  package var answer: Int? { values?.last }

  /// `Then she has <<3+4=7>>7 pens.` a line a step, then `#### 7`; nil where `values` is.
  package var text: String? {
    guard let values, let answer = values.last else { return nil }
    let lines = zip(steps, values).map { step, value in
      let expression = "\(number(step.left, values))\(step.operation.rawValue)\(number(step.right, values))"
      let spelledOut = step.isSpelledOut ? " \(expression) =" : ""
      return "\(step.frame.before)\(spelledOut) <<\(expression)=\(value)>>\(value)\(step.frame.after)"
    }
    return lines.joined(separator: "\n") + "\n#### \(answer)"
  }

  func fits(_ scale: ProblemScale) -> Bool {
    guard let values, steps.count == scale.steps else { return false }
    return values.allSatisfy { $0 >= ProblemScale.smallest && $0 <= scale.largestValue }
  }

  /// The numbers of the question that the solution uses, in order of use.
  var givenNumbers: [Int] {
    steps.flatMap { [$0.left, $0.right] }.compactMap { quantity in
      guard case .given(let number) = quantity else { return nil }
      return number
    }
  }

  private func number(_ quantity: Quantity, _ values: [Int]) -> Int {
    switch quantity {
    case .given(let number): number
    case .result(let index): values[index]
    }
  }
}
