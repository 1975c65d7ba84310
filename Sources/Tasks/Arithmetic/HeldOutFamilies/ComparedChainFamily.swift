import Randomness

/// Comparisons, then a chain for the last person: "Amy has 12 pens. Ben has 5 more pens than Amy. Then he drops 3."
enum ComparedChainFamily: WordProblemFamily {
  static func draw(_ scale: ProblemScale, _ stream: inout RandomStream) -> WordProblem? {
    guard scale.steps >= 2 else { return nil }
    let relationCount = stream.integer(in: 1...min(2, scale.steps - 1))
    let people = Person.draw(relationCount + 2, &stream)
    let items = Item.draw(1, &stream)[0].plural
    let first = scale.number(&stream)
    var sentences = ["\(people[0].name) has \(first) \(items)."]
    var builder = SolutionBuilder(scale)
    var quantity = Quantity.given(first)
    var form = "compared \(first)"
    for index in 1...relationCount {
      guard let relation = ComparisonFamily.drawRelation(to: builder.value(quantity), scale, &stream) else {
        return nil
      }
      sentences.append(ComparisonFamily.sentence(relation, people[index], people[index - 1], items, &stream))
      let frames = ["So", "Then", "This means"].map { Frame("\($0) \(people[index].name) has", " \(items).") }
      quantity = builder.step(quantity, relation.operation, .given(relation.operand), frames, &stream)
      form += "(\(relation.canonicalForm))"
    }
    let (person, friend) = (people[relationCount], people[relationCount + 1])
    let changes = ChainFamily.drawChanges(
      scale.steps - relationCount, from: builder.value(quantity), scale, &stream)
    let phrases = ChainFamily.phrases(person, items)
    for change in changes {
      sentences.append(ChainFamily.sentence(change, person, friend, items, &stream))
      quantity = builder.step(
        quantity, change.isGain ? .plus : .minus, .given(change.term.value),
        change.isGain ? phrases.afterGain : phrases.afterLoss, &stream)
    }
    sentences.append("How many \(items) does \(person.name) have now?")
    return WordProblem(
      canonicalForm: form + changes.canonicalForm, question: sentences.joined(separator: " "),
      solution: builder.solution)
  }
}
