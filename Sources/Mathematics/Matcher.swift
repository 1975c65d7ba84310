/// Decides whether two parsed answers say the same, part by part.
final class Matcher {
  let budget = Budget()
  let algebra: Algebra
  private let evaluations = Budget(800_000)
  /// The weakest ground any part was decided on.
  private(set) var method = Comparison.Method.exact
  /// Why the first part that differs does.
  private(set) var reason: String?

  init() { algebra = Algebra(budget: budget) }

  func matches(_ left: Expression, _ right: Expression) throws(Obstacle) -> Bool {
    try budget.spend(20)
    if left == right { return true }
    if let a = try expanded(left), let b = try expanded(right) {
      return try matchesUnordered(a, b)
    }
    switch (left, right) {
    case (.relation, _), (_, .relation): return try matchesStatements(left, right)
    case (.text(let a), .text(let b)): return matchesWords(a, b)
    case (.text(let words), .symbol(let name)), (.symbol(let name), .text(let words)): return matchesWords(words, name)
    case (.text(let words), .list(let parts)), (.list(let parts), .text(let words)):
      guard let letters = TextForm.letters(words) else { return differ("words and a list") }
      return try matchesUnordered(letters.map { .text($0) }, parts)
    case (.matrix(let a), .matrix(let b)):
      guard a.count == b.count, a[0].count == b[0].count else { return differ("matrices of different size") }
      return try matchesInOrder(a.flatMap { $0 }, b.flatMap { $0 })
    case (.matrix(let rows), .brackets(let opens, let parts, let closes)),
      (.brackets(let opens, let parts, let closes), .matrix(let rows)):
      // A column or a row is a vector, however it is written.
      guard !opens, !closes, rows.count == 1 || rows[0].count == 1 else { return differ("a matrix and a tuple") }
      return try matchesInOrder(rows.flatMap { $0 }, parts)
    case (.set(let parts), let value) where parts.count == 1 && !isSet(value),
      (let value, .set(let parts)) where parts.count == 1 && !isSet(value):
      // The one solution may stand in braces.
      return try matches(parts[0], value)
    case (.ratio(let a), .ratio(let b)): return try matchesInOrder(a, b)
    case (.ratio(let parts), let value), (let value, .ratio(let parts)):
      guard parts.count == 2, parts[1].literal?.isZero != true else { return differ("a ratio and a value") }
      return try matchesValues(.quotient(parts[0], parts[1]), value)
    case (.brackets(let opensA, let a, let closesA), .brackets(let opensB, let b, let closesB)):
      guard a.count == b.count else { return differ("tuples of different length") }
      guard a.count > 2 || (opensA == opensB && closesA == closesB) else { return differ("an end belongs to one only") }
      return try matchesInOrder(a, b)
    case (.list(let parts), let tuple), (let tuple, .list(let parts)):
      if let set = try intervalSet(left), let other = try intervalSet(right) { return try matchesSets(set, other) }
      return try matchesAssignments(parts, tuple)
    default: break
    }
    if isSet(left) || isSet(right) {
      guard let a = try intervalSet(left), let b = try intervalSet(right) else { return differ("a set and a value") }
      return try matchesSets(a, b)
    }
    return try matchesValues(left, right)
  }

  // MARK: Collections

  /// The elements of a list or a set in braces, with each ± written out; nil for anything else.
  private func expanded(_ expression: Expression) throws(Obstacle) -> [Expression]? {
    let parts: [Expression]
    switch expression {
    case .list(let elements): parts = elements
    case .set(let elements): parts = elements
    default: parts = [expression]
    }
    var elements: [Expression] = []
    var hasBothSigns = false
    for part in parts {
      let choices = try part.signChoices()
      hasBothSigns = hasBothSigns || choices.count > 1
      elements += choices
    }
    switch expression {
    case .list, .set: return elements
    default: return hasBothSigns ? elements : nil
    }
  }

  /// Every element has a partner of its own.
  func matchesUnordered(_ left: [Expression], _ right: [Expression]) throws(Obstacle) -> Bool {
    guard left.count == right.count else { return differ("\(left.count) elements and \(right.count)") }
    guard left.count <= 400 else { throw .tooLarge("a list of more than 400 elements") }
    var rest = right
    for element in left {
      var partner = rest.firstIndex(of: element)
      for (place, candidate) in rest.enumerated() {
        if partner != nil { break }
        if try matches(element, candidate) { partner = place }
      }
      guard let partner else { return differ("an element of one list is missing in the other") }
      rest.remove(at: partner)
    }
    return true
  }

  func matchesInOrder(_ left: [Expression], _ right: [Expression]) throws(Obstacle) -> Bool {
    guard left.count == right.count else { return differ("\(left.count) elements and \(right.count)") }
    for (a, b) in zip(left, right) where !(try matches(a, b)) { return false }
    return true
  }

  /// `x = 1, y = 2` and `(1, 2)`: names in alphabetical order.
  private func matchesAssignments(_ parts: [Expression], _ tuple: Expression) throws(Obstacle) -> Bool {
    guard case .brackets(false, let values, false) = tuple, values.count == parts.count else {
      return differ("a list and no list")
    }
    var names: [String] = []
    var assigned: [Expression] = []
    for part in parts {
      guard case .relation(let terms, [.equal]) = part, case .symbol(let name) = terms[0] else {
        return differ("a list and a tuple")
      }
      names.append(name)
      assigned.append(terms[1])
    }
    guard names == names.sorted() else { return differ("values out of the order of their names") }
    return try matchesInOrder(assigned, values)
  }

  // MARK: Words

  private func matchesWords(_ left: String, _ right: String) -> Bool {
    method = .text
    if TextForm.normalized(left) == TextForm.normalized(right) { return true }
    if let a = TextForm.letters(left), let b = TextForm.letters(right) {
      return a.map { $0.lowercased() }.sorted() == b.map { $0.lowercased() }.sorted() || differ("other choices")
    }
    return differ("other words")
  }

  // MARK: Values

  private func matchesValues(_ left: Expression, _ right: Expression) throws(Obstacle) -> Bool {
    for (a, b) in Measure.commonReadings(left, right) {
      switch try Identity(algebra: algebra, evaluations: evaluations).decide(a, b) {
      case .equal(let ground):
        weaken(ground)
        return true
      case .undecided(let why): reason = reason ?? "not decided: \(why)"
      case .different: break
      }
    }
    return differ("other values")
  }

  /// Whether the difference of two values is zero.
  func isIdentity(_ left: Expression, _ right: Expression) throws(Obstacle) -> Bool { try matchesValues(left, right) }

  private func weaken(_ ground: Comparison.Method) {
    switch (method, ground) {
    case (.exact, _): method = ground
    case (.numeric(let a), .numeric(let b)): method = .numeric(errorProbability: min(1, a + b))
    default: break
    }
  }

  func differ(_ why: String) -> Bool {
    reason = reason ?? why
    return false
  }

  private func isSet(_ expression: Expression) -> Bool {
    switch expression {
    case .union, .intersection, .difference, .reals, .set, .brackets, .infinity: true
    default: false
    }
  }
}

extension Matcher {
  /// Whether every part of an answer has a value, as 1/0 has not.
  func isDefined(_ expression: Expression) -> Bool {
    do throws(Obstacle) {
      _ = try algebra.normalForm(expression)
      return true
    } catch .undefined {
      return false
    } catch {
      return expression.children.allSatisfy(isDefined)
    }
  }
}
