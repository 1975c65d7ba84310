import Randomness

/// A start and a chain of gains and losses: "Amy has 12 pens. She buys 5 more. Then she drops 3."
enum ChainFamily: WordProblemFamily {
  static func draw(_ scale: ProblemScale, _ stream: inout RandomStream) -> WordProblem? {
    let people = Person.draw(2, &stream)
    let (person, friend) = (people[0], people[1])
    let items = Item.draw(1, &stream)[0].plural
    let start = scale.number(&stream)
    let changes = drawChanges(scale.steps, from: start, scale, &stream)

    var sentences = [
      stream.pick(["\(person.name) has \(start) \(items).", "At first \(person.name) has \(start) \(items)."])
    ]
    for change in changes { sentences.append(sentence(change, person, friend, items, &stream)) }
    sentences.append(
      stream.pick([
        "How many \(items) does \(person.name) have now?", "How many \(items) does \(person.pronoun) have in the end?",
        "How many \(items) does \(person.name) have in the end?",
      ]))

    var builder = SolutionBuilder(scale)
    _ = builder.sum(from: .number(start), changes, phrases(person, items), &stream)
    return WordProblem(
      canonicalForm: canonicalForm(start, changes), question: sentences.joined(separator: " "),
      solution: builder.solution)
  }

  static func canonicalForm(_ start: Int, _ changes: [Change]) -> String { "chain \(start)\(changes.canonicalForm)" }

  /// `count` changes of which none takes away more than there is.
  static func drawChanges(
    _ count: Int, from start: Int, _ scale: ProblemScale, _ stream: inout RandomStream
  ) -> [Change] {
    var total = start
    return (0..<count).map { _ in
      let amount = scale.number(&stream)
      let isGain = stream.chance(0.5) || total - amount < ProblemScale.smallest
      total += isGain ? amount : -amount
      return Change(isGain: isGain, term: .number(amount))
    }
  }

  static func sentence(
    _ change: Change, _ person: Person, _ friend: Person, _ items: String, _ stream: inout RandomStream
  ) -> String {
    let amount = change.term.value
    let pronoun = person.capitalPronoun
    let gains = [
      "\(pronoun) buys \(amount) more.", "\(pronoun) gets \(amount) more \(items).",
      "\(friend.name) gives \(person.objectPronoun) \(amount) \(items).",
      "Then \(person.pronoun) finds \(amount) \(items).",
    ]
    let losses = [
      "\(pronoun) loses \(amount) \(items).", "\(pronoun) gives \(amount) to \(friend.name).",
      "\(pronoun) sells \(amount) \(items).", "Then \(person.pronoun) drops \(amount).",
    ]
    return stream.pick(change.isGain ? gains : losses)
  }

  static func phrases(_ person: Person, _ items: String) -> SumPhrases {
    let running = [
      Frame("Then \(person.pronoun) has", " \(items)."), Frame("Now \(person.pronoun) has", " \(items)."),
      Frame("So \(person.pronoun) has", " \(items)."), Frame("That makes", " \(items)."),
    ]
    let left = [
      Frame("Then \(person.pronoun) has", " \(items) left."), Frame("Now \(person.pronoun) has", " \(items)."),
      Frame("So \(person.pronoun) has", " \(items) left."), Frame("That leaves", " \(items)."),
    ]
    let pronoun = person.capitalPronoun
    return SumPhrases(
      afterGain: running, afterLoss: left,
      gains: [Frame("\(pronoun) gets", " more in all."), Frame("In all \(person.pronoun) gets", " \(items).")],
      losses: [Frame("\(pronoun) loses", " in all."), Frame("In all \(person.pronoun) loses", " \(items).")],
      net: [Frame("That is", " more."), Frame("\(pronoun) gains", " \(items).")])
  }
}
