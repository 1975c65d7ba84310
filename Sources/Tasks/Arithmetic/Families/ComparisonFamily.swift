import Randomness

/// People compared with one another: "Ben has 3 more pens than Amy. Dan has twice as many pens as Ben."
enum ComparisonFamily: WordProblemFamily {
  enum Relation: Sendable, Hashable {
    case more(Int)
    case fewer(Int)
    case times(Int)
    case half

    var operation: Operation {
      switch self {
      case .more: .plus
      case .fewer: .minus
      case .times: .times
      case .half: .dividedBy
      }
    }

    var operand: Int {
      switch self {
      case .more(let number), .fewer(let number), .times(let number): number
      case .half: 2
      }
    }

    var canonicalForm: String { operation.rawValue + "\(operand)" }
  }

  static func draw(_ scale: ProblemScale, _ stream: inout RandomStream) -> WordProblem? {
    // r relations and a sum over the last s people take r + s − 1 operations.
    let relationCount = stream.integer(in: max(1, (scale.steps + 1) / 2)...min(scale.steps, 4))
    let summedCount = scale.steps - relationCount + 1
    guard summedCount <= relationCount + 1 else { return nil }
    let people = Person.draw(relationCount + 1, &stream)
    let items = Item.draw(1, &stream)[0].plural

    let first = scale.number(&stream)
    var relations: [Relation] = []
    var counts = [first]
    // Whom each person is compared with. A chain, unless everybody is summed up, so that every relation matters.
    var bases: [Int] = []
    for index in 0..<relationCount {
      let base = summedCount == relationCount + 1 ? stream.index(below: index + 1) : index
      guard let relation = drawRelation(to: counts[base], scale, &stream),
        let count = relation.operation(counts[base], relation.operand)
      else { return nil }
      bases.append(base)
      relations.append(relation)
      counts.append(count)
    }

    var sentences = ["\(people[0].name) has \(first) \(items)."]
    for (index, relation) in relations.enumerated() {
      sentences.append(sentence(relation, people[index + 1], people[bases[index]], items, &stream))
    }
    let summed = Array(people.suffix(summedCount))
    sentences.append(ask(summed, isEverybody: summedCount == people.count, items, &stream))

    return WordProblem(
      canonicalForm: canonicalForm(first, relations, bases: bases, summedCount: summedCount),
      question: sentences.joined(separator: " "),
      solution: solve(first, relations, bases, people, summedCount, items, scale, &stream))
  }

  /// The index of whom a person is compared with, then the relation; the number of people summed up.
  static func canonicalForm(_ first: Int, _ relations: [Relation], bases: [Int], summedCount: Int) -> String {
    "comparison \(first)" + zip(relations, bases).map { "(\($1)\($0.canonicalForm))" }.joined() + " sum \(summedCount)"
  }

  static func drawRelation(to count: Int, _ scale: ProblemScale, _ stream: inout RandomStream) -> Relation? {
    switch stream.index(weighted: [3, 3, 2, 1]) {
    case 0: return .more(scale.number(&stream))
    case 1:
      let largest = min(scale.largestNumber, count - ProblemScale.smallest)
      return largest >= ProblemScale.smallest ? .fewer(stream.integer(in: ProblemScale.smallest...largest)) : nil
    case 2: return .times(stream.integer(in: 2...min(4, scale.largestFactor)))
    default: return count.isMultiple(of: 2) && count > 2 ? .half : nil
    }
  }

  static func sentence(
    _ relation: Relation, _ person: Person, _ base: Person, _ items: String, _ stream: inout RandomStream
  ) -> String {
    let (name, other) = (person.name, base.name)
    switch relation {
    case .more(let number):
      return stream.pick([
        "\(name) has \(number) more \(items) than \(other).", "\(name) has \(number) \(items) more than \(other).",
      ])
    case .fewer(let number):
      return stream.pick([
        "\(name) has \(number) fewer \(items) than \(other).", "\(name) has \(number) \(items) fewer than \(other).",
      ])
    case .times(2):
      return stream.pick([
        "\(name) has twice as many \(items) as \(other).", "\(name) has 2 times as many \(items) as \(other).",
      ])
    case .times(let factor): return "\(name) has \(factor) times as many \(items) as \(other)."
    case .half:
      return stream.pick([
        "\(name) has half as many \(items) as \(other).", "\(name) has half of what \(other) has.",
      ])
    }
  }

  private static func ask(
    _ people: [Person], isEverybody: Bool, _ items: String, _ stream: inout RandomStream
  ) -> String {
    if people.count == 1 {
      return stream.pick([
        "How many \(items) does \(people[0].name) have?", "How many \(items) are there for \(people[0].name)?",
      ])
    }
    var questions = ["How many \(items) do \(enumeration(people.map(\.name))) have in all?"]
    if isEverybody {
      questions += ["How many \(items) do they have in all?", "How many \(items) do they have together?"]
    }
    return stream.pick(questions)
  }

  private static func solve(
    _ first: Int, _ relations: [Relation], _ bases: [Int], _ people: [Person], _ summedCount: Int, _ items: String,
    _ scale: ProblemScale, _ stream: inout RandomStream
  ) -> Solution {
    var builder = SolutionBuilder(scale)
    var counts: [Quantity?] = [.given(first)] + relations.map { _ in nil }
    // Any order in which each person comes after the one compared with.
    while let index = stream.shuffled(Array(relations.indices)).first(where: {
      counts[$0 + 1] == nil && counts[bases[$0]] != nil
    }),
      let base = counts[bases[index]]
    {
      let name = people[index + 1].name
      let frames = ["So", "Then", "This means"].map { Frame("\($0) \(name) has", " \(items).") }
      counts[index + 1] = builder.step(
        base, relations[index].operation, .given(relations[index].operand), frames, &stream)
    }
    var order = stream.shuffled(
      zip(people, counts).suffix(summedCount).compactMap { person, count in count.map { (person, $0) } })
    let start = order.removeFirst()
    var named = [start.0.name]
    var sum = start.1
    for (person, count) in order {
      named.append(person.name)
      let isLast = named.count == summedCount
      let frames = [
        Frame(isLast ? "In all they have" : "So far they have", " \(items)."),
        Frame("Together \(enumeration(named)) have", " \(items)."),
      ]
      sum = builder.step(sum, .plus, count, frames, &stream)
    }
    return builder.solution
  }
}
