import Randomness

/// Plain sentences without a calculation.
///
/// Together they hold every word that a question of any split uses, in other sentences than the questions': the model
/// has an embedding for the words of the out-of-distribution set without having seen one of its templates.
enum Stories {
  static func document(_ stream: inout RandomStream) -> MaskedText {
    var text: MaskedText = "Story:"
    for _ in 0..<stream.integer(in: 3...6) { text = text + " " + sentence(&stream) }
    return text
  }

  private static func sentence(_ stream: inout RandomStream) -> MaskedText {
    let people = Person.draw(2, &stream)
    let (name, other) = (people[0].name, people[1].name)
    let (pronoun, capital, object) = (people[0].pronoun, people[0].capitalPronoun, people[0].objectPronoun)
    let things = Item.draw(2, &stream)
    let (items, item, others) = (things[0].plural, things[0].singular, things[1].plural)
    let container = stream.pick(Container.all)
    let number = stream.integer(in: 2...40)
    let sentences: [MaskedText] = [
      "\(name) goes to the shop and \(trained: pronoun) buys \(items).",
      "Every day \(name) walks to the shop with \(other).",
      "Every \(trained: item) in the shop is for \(other).",
      "Before lunch \(name) makes a \(trained: "cup") of tea for \(other).",
      "\(capital) already had some \(items), but these break.",
      "The first of these \(items) belong to \(other).",
      "The \(items) on the table belong to \(name), but not to \(other).",
      "If \(name) needs a cup, \(other) brings \(trained: object) one.",
      "\(name) will have a party, and \(other) will come.",
      "After the party \(name) must still go to work.",
      "After work \(pronoun) is given a book.",
      "The rest of the \(items) are sold in the shop.",
      "So far \(name) keeps the \(items) in \(container).",
      "Some \(items) are still missing, and that is a loss.",
      "What will \(name) do with \(number) \(items)?",
      "The shop keeps \(items) in \(container), the rest on the table.",
      "A number of \(items) belong to the shop.",
      "How many friends will \(name) bring?",
      "The work starts with a list of \(items).",
      "\(name) starts the day with tea.",
      "For a party \(name) makes \(items) and \(others).",
      "What \(other) needs is more than that.",
      "\(other) must buy the \(items) before the shop is empty.",
      "Of all the \(items), these are the best.",
      "\(name) brings the \(items) in the end.",
      "\(pronoun == "she" ? "She" : "He") finds \(items), drops \(others) and sells the rest.",
      "Twice a day \(name) plays with \(other), but not before work.",
      "The \(items) cost more than the \(others) in the shop.",
      "In \(number) days the shop will be full of \(items).",
      "Then \(name) gives \(other) all the \(items).",
      "\(other) brings a cup if \(name) needs it.",
      "What \(name) makes after work, and how many, is for the shop.",
      "Now the \(container) hold \(items), and the \(others) are on the table.",
      "\(name) has some \(items): these belong to \(other), the rest to \(trained: object).",
      "That day \(name) loses a book, twice that day \(other) finds it.",
      "So \(name) and \(other) share the work.",
    ]
    return stream.pick(sentences)
  }
}
