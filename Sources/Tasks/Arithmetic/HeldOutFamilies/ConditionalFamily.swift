import Randomness

/// A chain told in one conditional sentence: "How many pens has Amy left if she starts with 12, gets 5 and loses 3?"
enum ConditionalFamily: WordProblemFamily {
  static func draw(_ scale: ProblemScale, _ stream: inout RandomStream) -> WordProblem? {
    let person = Person.draw(1, &stream)[0]
    let items = Item.draw(1, &stream)[0].plural
    let start = scale.number(&stream)
    let changes = ChainFamily.drawChanges(scale.steps, from: start, scale, &stream)
    let clauses = changes.map { change in
      "\(stream.pick(change.isGain ? ["gets", "finds", "buys"] : ["loses", "sells", "drops"])) \(change.term.value)"
    }
    let question =
      stream.chance(0.5)
      ? "How many \(items) will \(person.name) have if \(person.pronoun) "
        + enumeration(["starts with \(start)"] + clauses) + "?"
      : "If \(person.name) " + enumeration(["starts with \(start) \(items)"] + clauses)
        + ", how many will \(person.pronoun) have?"

    var builder = SolutionBuilder(scale)
    _ = builder.sum(from: .number(start), changes, ChainFamily.phrases(person, items), &stream)
    return WordProblem(
      canonicalForm: "conditional \(start)\(changes.canonicalForm)", question: question, solution: builder.solution)
  }
}
