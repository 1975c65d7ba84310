import Randomness

/// Totals of packed groups: "There are 3 boxes with 4 pens each and 2 bags with 5 pens each. 6 pens get lost."
enum GroupsFamily: WordProblemFamily {
  static func draw(_ scale: ProblemScale, _ stream: inout RandomStream) -> WordProblem? {
    guard let shape = TermShape.draw(scale.steps, largestTermCount: 3, &stream) else { return nil }
    let person = Person.draw(1, &stream)[0]
    let items = Item.draw(1, &stream)[0].plural
    let containers = stream.pick(shape.termCount, of: Container.all)
    let terms: [Term] = containers.enumerated().map { index, container in
      guard index < shape.groupCount else { return .number(scale.number(&stream)) }
      let frames = [Frame("The \(container) hold", " \(items)."), Frame("In the \(container) are", " \(items).")]
      return .groups(count: scale.factor(&stream), size: scale.number(&stream), frames: frames)
    }
    let total = terms.reduce(0) { $0 + $1.value }
    var rest = total
    var losses: [Change] = []
    for _ in 0..<shape.extraCount {
      let amount = scale.number(&stream)
      rest -= amount
      losses.append(Change(isGain: false, term: .number(amount)))
    }
    guard rest >= ProblemScale.smallest else { return nil }

    let order = stream.shuffled(Array(zip(terms, containers)))
    var sentences: [String] = []
    for (index, (term, container)) in order.enumerated() {
      sentences.append(sentence(term, container, isFirst: index == 0, person, items, &stream))
    }
    for loss in losses {
      let amount = loss.term.value
      sentences.append(
        stream.pick([
          "\(amount) \(items) get lost.", "\(person.name) takes \(amount) \(items) away.",
          "\(amount) of the \(items) break.",
        ]))
    }
    sentences.append(
      losses.isEmpty
        ? stream.pick(["How many \(items) are there in all?", "How many \(items) are there together?"])
        : stream.pick(["How many \(items) are left?", "How many \(items) are there in the end?"]))

    var builder = SolutionBuilder(scale)
    let found = [
      Frame("In all there are", " \(items)."), Frame("That makes", " \(items)."),
      Frame("Together they hold", " \(items)."),
    ]
    if losses.isEmpty {
      _ = builder.sum(of: terms, found, &stream)
    } else {
      let left = [
        Frame("That leaves", " \(items)."), Frame("So there are", " \(items) left."),
        Frame("Then there are", " \(items)."),
      ]
      let lost = [Frame("In all", " \(items) are lost.")]
      let phrases = SumPhrases(afterGain: found, afterLoss: left, gains: found, losses: lost, net: found)
      let gains = order.dropFirst().map { Change(isGain: true, term: $0.0) }
      _ = builder.sum(from: order[0].0, gains + losses, phrases, &stream)
    }
    return WordProblem(
      canonicalForm: canonicalForm(terms, losses), question: sentences.joined(separator: " "),
      solution: builder.solution)
  }

  static func canonicalForm(_ terms: [Term], _ losses: [Change]) -> String {
    "groups " + terms.map(\.canonicalForm).sorted().joined(separator: "+") + losses.canonicalForm
  }

  private static func sentence(
    _ term: Term, _ container: String, isFirst: Bool, _ person: Person, _ items: String, _ stream: inout RandomStream
  ) -> String {
    let also = isFirst ? "" : " also"
    switch term {
    case .number(let number):
      return stream.pick([
        "There are\(also) \(number) \(items) on the table.",
        "\(person.name)\(also) puts \(number) \(items) on the table.",
      ])
    case .groups(let count, let size, _):
      return stream.pick([
        "There are\(also) \(count) \(container) with \(size) \(items) each.",
        "\(person.name)\(also) packs \(count) \(container) of \(size) \(items) each.",
        "Each of \(count) \(container) holds \(size) \(items).",
      ])
    }
  }
}
