extension Expression {
  /// The value with each ± written out, at most 16 ways; where ∓ stands, all signs go together.
  func signChoices() throws(Obstacle) -> [Expression] {
    var count = 0
    var isLinked = false
    countSigns(&count, &isLinked)
    if count == 0 { return [self] }
    guard count <= 4 else { throw .tooLarge("more than four double signs") }
    let choices = isLinked ? [0, (1 << count) - 1] : Array(0..<(1 << count))
    return choices.map { choice in
      var place = 0
      return choosingSigns(choice, &place)
    }
  }

  private func countSigns(_ count: inout Int, _ isLinked: inout Bool) {
    if case .plusMinus(_, let opposed) = self {
      count += 1
      isLinked = isLinked || opposed
    }
    for child in children { child.countSigns(&count, &isLinked) }
  }

  private func choosingSigns(_ choice: Int, _ place: inout Int) -> Expression {
    if case .plusMinus(let value, let opposed) = self {
      let isNegative = (choice >> place & 1 == 1) != opposed
      place += 1
      let inner = value.choosingSigns(choice, &place)
      return isNegative ? inner.negated : inner
    }
    let parts = children
    if parts.isEmpty { return self }
    return replacingChildren(parts.map { $0.choosingSigns(choice, &place) })
  }
}
