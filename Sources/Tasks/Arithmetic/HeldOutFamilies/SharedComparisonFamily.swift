import Randomness

/// A share compared with: "Amy has 12 pens. 4 friends share them equally. Ben has 5 more pens than each friend."
enum SharedComparisonFamily: WordProblemFamily {
  static func draw(_ scale: ProblemScale, _ stream: inout RandomStream) -> WordProblem? {
    guard scale.steps >= 2 else { return nil }
    let relationCount = scale.steps >= 4 && stream.chance(0.5) ? 2 : 1
    let changeCount = scale.steps - 1 - relationCount
    let people = Person.draw(2 + relationCount, &stream)
    let (person, friend) = (people[0], people[1])
    let items = Item.draw(1, &stream)[0].plural
    let shareCount = scale.factor(&stream)
    let start = changeCount == 0 ? shareCount * scale.number(&stream) : scale.number(&stream)
    let changes = ChainFamily.drawChanges(changeCount, from: start, scale, &stream)
    let pool = start + changes.reduce(0) { $0 + $1.signedValue }
    guard pool.isMultiple(of: shareCount), pool / shareCount >= ProblemScale.smallest else { return nil }

    var builder = SolutionBuilder(scale)
    var quantity = builder.sum(from: .number(start), changes, ChainFamily.phrases(person, items), &stream)
    var sentences = ["\(person.name) has \(start) \(items)."]
    for change in changes { sentences.append(ChainFamily.sentence(change, person, friend, items, &stream)) }
    sentences.append("\(shareCount) friends share them equally.")
    quantity = builder.step(
      quantity, .dividedBy, .given(shareCount), [Frame("So each friend gets", " \(items).")], &stream)

    var form = "shared comparison (\(start)\(changes.canonicalForm))/\(shareCount)"
    for index in 0..<relationCount {
      let other = people[index + 1]
      guard let relation = ComparisonFamily.drawRelation(to: builder.value(quantity), scale, &stream) else {
        return nil
      }
      let sentence = ComparisonFamily.sentence(relation, other, index == 0 ? eachFriend : people[index], items, &stream)
      sentences.append(sentence)
      let frames = ["So", "Then", "This means"].map { Frame("\($0) \(other.name) has", " \(items).") }
      quantity = builder.step(quantity, relation.operation, .given(relation.operand), frames, &stream)
      form += "(\(relation.canonicalForm))"
    }
    sentences.append("How many \(items) does \(people[relationCount].name) have?")
    return WordProblem(
      canonicalForm: form, question: sentences.joined(separator: " "), solution: builder.solution)
  }

  /// Whom the first comparison is with.
  private static let eachFriend = Person(name: "each friend", pronoun: "he", objectPronoun: "him")
}
