import Randomness

/// Groups at the start of a chain: "Amy has 3 bags of 4 pens. She buys 5 more. How many pens does she have now?"
enum PackedChainFamily: WordProblemFamily {
  static func draw(_ scale: ProblemScale, _ stream: inout RandomStream) -> WordProblem? {
    guard scale.steps >= 2 else { return nil }
    let people = Person.draw(2, &stream)
    let (person, friend) = (people[0], people[1])
    let items = Item.draw(1, &stream)[0].plural
    let container = stream.pick(Container.all)
    let frames = [
      Frame("The \(container) hold", " \(items)."), Frame("\(person.capitalPronoun) has", " \(items) in \(container)."),
    ]
    let start = Term.groups(count: scale.factor(&stream), size: scale.number(&stream), frames: frames)
    let changes = ChainFamily.drawChanges(scale.steps - 1, from: start.value, scale, &stream)
    guard case .groups(let count, let size, _) = start else { return nil }

    var sentences = [
      stream.pick([
        "\(person.name) has \(count) \(container) of \(size) \(items).",
        "\(person.name) has \(count) \(container) with \(size) \(items) each.",
      ])
    ]
    for change in changes { sentences.append(ChainFamily.sentence(change, person, friend, items, &stream)) }
    sentences.append("How many \(items) does \(person.name) have now?")

    var builder = SolutionBuilder(scale)
    _ = builder.sum(from: start, changes, ChainFamily.phrases(person, items), &stream)
    return WordProblem(
      canonicalForm: "packed \(start.canonicalForm)\(changes.canonicalForm)",
      question: sentences.joined(separator: " "), solution: builder.solution)
  }
}
