import Randomness

/// The same gain and loss day after day: "Every day Amy makes 7 toys but 2 of these break. …after 5 days?"
enum DailyFamily: WordProblemFamily {
  static func draw(_ scale: ProblemScale, _ stream: inout RandomStream) -> WordProblem? {
    let person = Person.draw(1, &stream)[0]
    let items = Item.draw(1, &stream)[0].plural
    let dayCount = scale.factor(&stream)
    let made = scale.number(&stream)
    // One operation is the multiplication by the days; a daily loss and a stock at the start take one each.
    let hasDailyLoss = scale.steps >= 2 && stream.chance(0.7)
    let hasStock = scale.steps >= (hasDailyLoss ? 3 : 2)
    let laterCount = scale.steps - 1 - (hasDailyLoss ? 1 : 0) - (hasStock ? 1 : 0)
    let broken = hasDailyLoss ? scale.number(&stream) : 0
    guard made - broken >= ProblemScale.smallest else { return nil }
    let stock = hasStock ? scale.number(&stream) : 0
    let total = stock + (made - broken) * dayCount
    let later = ChainFamily.drawChanges(laterCount, from: total, scale, &stream)

    var sentences = [
      hasDailyLoss
        ? "Every day \(person.name) makes \(made) \(items) but \(broken) of these break."
        : "Every day \(person.name) makes \(made) \(items)."
    ]
    if hasStock { sentences.append("Before the first day \(person.pronoun) already had \(stock).") }
    sentences += later.map { change in
      let amount = change.term.value
      return change.isGain
        ? "After work \(person.pronoun) is given \(amount)." : "After work \(amount) of these are sold."
    }
    sentences.append(
      stream.pick([
        "After \(dayCount) days, how many \(items) will \(person.pronoun) have?",
        "What number of \(items) will \(person.name) have after \(dayCount) days?",
      ]))

    var builder = SolutionBuilder(scale)
    var daily = Quantity.given(made)
    if hasDailyLoss {
      daily = builder.step(daily, .minus, .given(broken), [Frame("Every day that leaves", " \(items).")], &stream)
    }
    var sum = builder.step(
      daily, .times, .given(dayCount), [Frame("In \(dayCount) days that makes", " \(items).")], &stream)
    let phrases = ChainFamily.phrases(person, items)
    if hasStock { sum = builder.step(sum, .plus, .given(stock), phrases.afterGain, &stream) }
    for change in later {
      sum = builder.step(
        sum, change.isGain ? .plus : .minus, .given(change.term.value),
        change.isGain ? phrases.afterGain : phrases.afterLoss, &stream)
    }
    return WordProblem(
      canonicalForm: "daily \(stock)+\(dayCount)*(\(made)-\(broken))\(later.canonicalForm)",
      question: sentences.joined(separator: " "), solution: builder.solution)
  }
}
