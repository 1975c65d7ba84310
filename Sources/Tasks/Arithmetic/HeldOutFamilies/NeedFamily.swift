import Randomness

/// What is still missing: "Amy needs 30 pens for a party. So far Ben brings 5, Dan 2 bags of 4. How many are missing?"
enum NeedFamily: WordProblemFamily {
  static func draw(_ scale: ProblemScale, _ stream: inout RandomStream) -> WordProblem? {
    // Every contribution is one subtraction, one in containers a multiplication besides.
    let groupCount = stream.integer(in: 0...min(2, scale.steps / 2))
    let termCount = scale.steps - groupCount
    guard termCount <= 5 else { return nil }
    let people = Person.draw(termCount + 1, &stream)
    let items = Item.draw(1, &stream)[0].plural
    let container = stream.pick(Container.all)
    let frames = [Frame("The \(container) hold", " \(items).")]
    let terms = stream.shuffled(
      (0..<termCount).map { index -> Term in
        index < groupCount
          ? .groups(count: scale.factor(&stream), size: scale.number(&stream), frames: frames)
          : .number(scale.number(&stream))
      })
    let missing = scale.number(&stream)
    let needed = missing + terms.reduce(0) { $0 + $1.value }
    guard needed <= scale.largestValue else { return nil }

    let gifts = zip(terms, people.dropFirst()).enumerated().map { index, pair in
      let (term, person) = pair
      let verb = index == 0 ? " brings" : ""
      switch term {
      case .number(let number): return "\(person.name)\(verb) \(number)"
      case .groups(let count, let size, _): return "\(person.name)\(verb) \(count) \(container) of \(size)"
      }
    }
    let person = people[0]
    let question =
      "\(person.name) needs \(needed) \(items) for a party. "
      + stream.pick(["So far ", "Before the party "]) + enumeration(gifts) + ". "
      + stream.pick(["How many are still missing?", "How many \(items) must \(person.pronoun) still buy?"])

    var builder = SolutionBuilder(scale)
    let left = [Frame("That leaves", " \(items)."), Frame("So \(person.pronoun) needs", " \(items).")]
    let brought = [Frame("In all they have", " \(items).")]
    let phrases = SumPhrases(afterGain: brought, afterLoss: left, gains: brought, losses: brought, net: brought)
    _ = builder.sum(from: .number(needed), terms.map { Change(isGain: false, term: $0) }, phrases, &stream)
    return WordProblem(
      canonicalForm: "need \(needed)" + terms.map { "-" + $0.canonicalForm }.sorted().joined(), question: question,
      solution: builder.solution)
  }
}
