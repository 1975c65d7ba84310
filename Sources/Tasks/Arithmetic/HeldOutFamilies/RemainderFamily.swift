import Randomness

/// What is left for the last person: "Of 30 pens in the shop, 5 belong to Amy, twice that to Ben, the rest to Dan."
enum RemainderFamily: WordProblemFamily {
  private struct Part {
    let amount: Int
    /// What the text says: the number, or its relation to the part before.
    let text: String
    let canonicalForm: String
    /// The operation that finds it from the part before, where it is not given.
    let relation: (operation: Operation, operand: Int)?
  }

  static func draw(_ scale: ProblemScale, _ stream: inout RandomStream) -> WordProblem? {
    // p parts of which r are given by a relation take p subtractions and r further operations.
    let largestRelationCount = (scale.steps - 1) / 2
    let relationCount = stream.integer(in: max(0, scale.steps - 5)...max(largestRelationCount, scale.steps - 5))
    let partCount = scale.steps - relationCount
    guard partCount > relationCount else { return nil }
    let people = Person.draw(partCount + 1, &stream)
    let items = Item.draw(1, &stream)[0].plural
    let isRelated = [false] + stream.shuffled((1..<partCount).map { $0 <= relationCount })
    var parts: [Part] = []
    for related in isRelated { parts.append(draw(after: related ? parts.last : nil, scale, &stream)) }
    let rest = scale.number(&stream)
    let total = rest + parts.reduce(0) { $0 + $1.amount }
    guard total <= scale.largestValue else { return nil }

    var clauses = zip(parts, people).map { part, person in "\(part.text) to \(person.name)" }
    clauses[0] = "\(parts[0].text) belong to \(people[0].name)"
    let last = people[partCount].name
    let shares = enumeration(clauses + ["the rest to \(last)"])
    let question = stream.pick([
      "Of \(total) \(items) in the shop, \(shares). How many belong to \(last)?",
      "The shop keeps \(total) \(items): \(shares). How many of these belong to \(last)?",
    ])

    var builder = SolutionBuilder(scale)
    var amounts: [Quantity] = []
    for (part, person) in zip(parts, people) {
      if let relation = part.relation, let previous = amounts.last {
        amounts.append(
          builder.step(
            previous, relation.operation, .given(relation.operand), [Frame("So \(person.name) has", " \(items).")],
            &stream))
      } else {
        amounts.append(.given(part.amount))
      }
    }
    var sum = Quantity.given(total)
    for amount in amounts { sum = builder.step(sum, .minus, amount, [Frame("That leaves", " \(items).")], &stream) }
    return WordProblem(
      canonicalForm: "remainder \(total)" + parts.map { "(\($0.canonicalForm))" }.joined(), question: question,
      solution: builder.solution)
  }

  private static func draw(after previous: Part?, _ scale: ProblemScale, _ stream: inout RandomStream) -> Part {
    guard let previous else {
      let amount = scale.number(&stream)
      return Part(amount: amount, text: "\(amount)", canonicalForm: "\(amount)", relation: nil)
    }
    if stream.chance(0.5) {
      return Part(amount: previous.amount * 2, text: "twice that", canonicalForm: "*2", relation: (.times, 2))
    }
    let number = scale.number(&stream)
    return Part(
      amount: previous.amount + number, text: "\(number) more than that", canonicalForm: "+\(number)",
      relation: (.plus, number))
  }
}
