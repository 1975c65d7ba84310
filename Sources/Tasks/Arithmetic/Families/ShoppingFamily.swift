import Randomness

/// Prices and numbers of things bought, sometimes out of a purse: "Amy buys 3 pens for $4 each and a cup for $6."
enum ShoppingFamily: WordProblemFamily {
  static func draw(_ scale: ProblemScale, _ stream: inout RandomStream) -> WordProblem? {
    guard let shape = TermShape.draw(scale.steps, largestTermCount: 3, &stream) else { return nil }
    let person = Person.draw(1, &stream)[0]
    let items = Item.draw(shape.termCount, &stream)
    let terms: [Term] = items.enumerated().map { index, item in
      guard index < shape.groupCount else { return .number(scale.number(&stream)) }
      let frames = [
        Frame("The \(item.plural) cost", " dollars."),
        Frame("For the \(item.plural) \(person.pronoun) pays", " dollars."),
      ]
      return .groups(count: scale.factor(&stream), size: scale.number(&stream), frames: frames)
    }
    let total = terms.reduce(0) { $0 + $1.value }
    guard shape.extraCount <= 1, total <= scale.largestValue else { return nil }
    let purse = shape.extraCount == 1 ? purse(for: total, scale, &stream) : nil

    var sentences: [String] = []
    if let purse { sentences.append("\(person.name) has $\(purse).") }
    let order = stream.shuffled(Array(zip(terms, items)))
    for (index, (term, item)) in order.enumerated() {
      let buyer = index == 0 && purse == nil ? person.name : index == 0 ? person.capitalPronoun : nil
      sentences.append(sentence(term, item, person, buyer, &stream))
    }
    sentences.append(ask(person, purse, &stream))

    var builder = SolutionBuilder(scale)
    let spent = [
      Frame("In all \(person.pronoun) pays", " dollars."), Frame("\(person.capitalPronoun) spends", " dollars in all."),
      Frame("That makes", " dollars."), Frame("Together they cost", " dollars."),
    ]
    let left = [
      Frame("\(person.capitalPronoun) has", " dollars left."), Frame("That leaves", " dollars."),
      Frame("So \(person.pronoun) has", " dollars left."),
    ]
    if let purse {
      let phrases = SumPhrases(afterGain: spent, afterLoss: left, gains: spent, losses: spent, net: spent)
      let changes = order.map { Change(isGain: false, term: $0.0) }
      _ = builder.sum(from: .number(purse), changes, phrases, &stream)
    } else {
      _ = builder.sum(of: terms, spent, &stream)
    }
    return WordProblem(
      canonicalForm: canonicalForm(terms, purse: purse), question: sentences.joined(separator: " "),
      solution: builder.solution)
  }

  static func canonicalForm(_ terms: [Term], purse: Int?) -> String {
    "shopping \(purse.map { "\($0)-" } ?? "")" + terms.map(\.canonicalForm).sorted().joined(separator: "+")
  }

  /// Money to start with: more than the cost, as a round sum where one fits.
  private static func purse(for total: Int, _ scale: ProblemScale, _ stream: inout RandomStream) -> Int {
    let room = max(scale.largestValue - total, ProblemScale.smallest)
    return total
      + stream.integer(in: ProblemScale.smallest...max(ProblemScale.smallest, min(room, scale.largestNumber)))
  }

  static func sentence(
    _ term: Term, _ item: Item, _ person: Person, _ buyer: String?, _ stream: inout RandomStream
  ) -> String {
    let subject = buyer ?? stream.pick(["\(person.capitalPronoun) also", "Then \(person.pronoun)"])
    switch term {
    case .number(let price):
      return stream.pick([
        "\(subject) buys \(item.withArticle) for $\(price).", "\(subject) pays $\(price) for \(item.withArticle).",
      ])
    case .groups(let count, let price, _):
      return stream.pick([
        "\(subject) buys \(count) \(item.plural) for $\(price) each.",
        "\(subject) buys \(count) \(item.plural) at $\(price) each.",
        "\(subject) pays $\(price) each for \(count) \(item.plural).",
      ])
    }
  }

  private static func ask(_ person: Person, _ purse: Int?, _ stream: inout RandomStream) -> String {
    purse == nil
      ? stream.pick([
        "How much does \(person.name) pay in all?", "How many dollars does \(person.pronoun) spend?",
        "How much money does \(person.name) spend in all?",
      ])
      : stream.pick([
        "How much money does \(person.name) have left?", "How many dollars does \(person.pronoun) have left?",
        "How many dollars are left?",
      ])
  }
}
