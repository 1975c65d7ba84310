import Randomness

/// Costs compared: "Amy buys 3 pens for $4 each. Ben pays $5 more than Amy. How many dollars does Ben pay?"
enum PaidComparisonFamily: WordProblemFamily {
  static func draw(_ scale: ProblemScale, _ stream: inout RandomStream) -> WordProblem? {
    guard scale.steps >= 2 else { return nil }
    let isSummed = scale.steps >= 3 && stream.chance(0.5)
    let shoppingSteps = scale.steps - (isSummed ? 2 : 1)
    guard let shape = TermShape.draw(shoppingSteps, largestTermCount: 3, &stream), shape.extraCount == 0 else {
      return nil
    }
    let people = Person.draw(2, &stream)
    let (person, other) = (people[0], people[1])
    let items = Item.draw(shape.termCount, &stream)
    var sentences: [String] = []
    var builder = SolutionBuilder(scale)
    var total: Quantity?
    var form: [String] = []
    let spent = [
      Frame("In all \(person.pronoun) pays", " dollars."), Frame("\(person.capitalPronoun) spends", " dollars in all."),
      Frame("That makes", " dollars."),
    ]
    for (index, item) in items.enumerated() {
      let cost: Quantity
      let term: Term
      if index < shape.groupCount {
        let frames = [Frame("The \(item.plural) cost", " dollars.")]
        let (count, price) = (scale.factor(&stream), scale.number(&stream))
        term = .groups(count: count, size: price, frames: frames)
        cost = builder.step(.given(count), .times, .given(price), frames, &stream)
      } else {
        let price = scale.number(&stream)
        term = .number(price)
        cost = .given(price)
      }
      form.append(term.canonicalForm)
      sentences.append(
        ShoppingFamily.sentence(term, item, person, index == 0 ? person.name : nil, &stream))
      total = total.map { builder.step($0, .plus, cost, spent, &stream) } ?? cost
    }
    guard let total else { return nil }
    let isMore = stream.chance(0.5) || builder.value(total) <= scale.largestNumber + ProblemScale.smallest
    let difference = scale.number(&stream)
    sentences.append("\(other.name) pays $\(difference) \(isMore ? "more" : "fewer") than \(person.name).")
    let paid = builder.step(
      total, isMore ? .plus : .minus, .given(difference), [Frame("So \(other.name) pays", " dollars.")], &stream)
    if isSummed {
      _ = builder.step(total, .plus, paid, [Frame("Together they pay", " dollars.")], &stream)
      sentences.append("How many dollars do they spend in all?")
    } else {
      sentences.append("How many dollars does \(other.name) spend?")
    }
    return WordProblem(
      canonicalForm: "paid \(form.joined(separator: "+"))\(isMore ? "+" : "-")\(difference) \(isSummed)",
      question: sentences.joined(separator: " "), solution: builder.solution)
  }
}
