import Randomness

/// A stock shared out equally: "Amy has 3 bags of 4 pens. She shares them equally among 2 friends."
enum SharingFamily: WordProblemFamily {
  static func draw(_ scale: ProblemScale, _ stream: inout RandomStream) -> WordProblem? {
    let people = Person.draw(2, &stream)
    let (person, friend) = (people[0], people[1])
    let items = Item.draw(1, &stream)[0].plural
    let container = stream.pick(Container.all)
    let shareCount = scale.factor(&stream)
    // After the division, at most one further change to the share of one friend.
    let hasLaterChange = scale.steps >= 3 && stream.chance(0.4)
    let poolSteps = scale.steps - 1 - (hasLaterChange ? 1 : 0)
    let isInContainers = poolSteps >= 1 && stream.chance(0.5)

    let start: Term
    if isInContainers {
      let frames = [
        Frame("The \(container) hold", " \(items)."),
        Frame("\(person.capitalPronoun) has", " \(items) in \(container)."),
      ]
      start = .groups(count: scale.factor(&stream), size: scale.number(&stream), frames: frames)
    } else if poolSteps == 0 {
      start = .number(shareCount * scale.number(&stream))
    } else {
      start = .number(scale.number(&stream))
    }
    let changes = ChainFamily.drawChanges(poolSteps - (isInContainers ? 1 : 0), from: start.value, scale, &stream)
    let pool = start.value + changes.reduce(0) { $0 + $1.signedValue }
    guard pool.isMultiple(of: shareCount), pool / shareCount >= ProblemScale.smallest else { return nil }
    let share = pool / shareCount
    let later = hasLaterChange ? ChainFamily.drawChanges(1, from: share, scale, &stream)[0] : nil

    var sentences: [String] = []
    switch start {
    case .number(let number): sentences.append("\(person.name) has \(number) \(items).")
    case .groups(let count, let size, _):
      sentences.append(
        stream.pick([
          "\(person.name) has \(count) \(container) of \(size) \(items).",
          "\(person.name) has \(count) \(container) with \(size) \(items) each.",
        ]))
    }
    for change in changes { sentences.append(ChainFamily.sentence(change, person, friend, items, &stream)) }
    sentences.append(
      stream.pick([
        "\(person.capitalPronoun) shares them equally among \(shareCount) friends.",
        "Then \(person.pronoun) shares the \(items) equally among \(shareCount) friends.",
        "\(shareCount) friends share them equally.",
      ]))
    if let later {
      let amount = later.term.value
      sentences.append(
        later.isGain
          ? stream.pick(["Each friend finds \(amount) more.", "Each friend then gets \(amount) more."])
          : stream.pick(["Each friend loses \(amount).", "Each friend then sells \(amount)."]))
    }
    sentences.append(
      later == nil
        ? stream.pick(["How many \(items) does each friend get?", "How many does each friend get?"])
        : stream.pick(["How many \(items) does each friend have now?", "How many does each friend have in the end?"]))

    var builder = SolutionBuilder(scale)
    let stock = builder.sum(from: start, changes, ChainFamily.phrases(person, items), &stream)
    let shared = builder.step(
      stock, .dividedBy, .given(shareCount),
      [
        Frame("Each friend gets", " \(items)."), Frame("So each friend gets", " \(items)."),
        Frame("The share of each friend is", " \(items)."),
      ], &stream)
    if let later {
      builder.step(
        shared, later.isGain ? .plus : .minus, .given(later.term.value),
        [Frame("Now each friend has", " \(items)."), Frame("Then each friend has", " \(items).")], &stream)
    }
    return WordProblem(
      canonicalForm: canonicalForm(start, changes, shareCount: shareCount, later: later),
      question: sentences.joined(separator: " "), solution: builder.solution)
  }

  static func canonicalForm(_ start: Term, _ changes: [Change], shareCount: Int, later: Change?) -> String {
    "sharing (\(start.canonicalForm)\(changes.canonicalForm))/\(shareCount)\(later?.canonicalForm ?? "")"
  }
}
