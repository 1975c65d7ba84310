import Randomness

/// Writes a solution step by step, choosing phrasings and, where several are valid, the order of the steps.
struct SolutionBuilder {
  private(set) var steps: [SolutionStep] = []
  private var values: [Int] = []
  private let spelledOutShare: Double

  init(_ scale: ProblemScale) { spelledOutShare = scale.spelledOutShare }

  var solution: Solution { Solution(steps: steps) }

  /// Appends a step and returns its result. A result that is no positive integer counts as 0, which `Solution.fits`
  /// then refuses.
  @discardableResult
  mutating func step(
    _ left: Quantity, _ operation: Operation, _ right: Quantity, _ frames: [Frame], _ stream: inout RandomStream
  ) -> Quantity {
    values.append(operation(value(left), value(right)) ?? 0)
    steps.append(
      SolutionStep(
        left: left, operation: operation, right: right, frame: stream.pick(frames),
        isSpelledOut: stream.chance(spelledOutShare)))
    return .result(steps.count - 1)
  }

  private enum Plan: CaseIterable { case inOrder, gainsFirst, grouped, net }

  /// `start` with all `changes`, in one of the valid orders: as told, gains first, gains and losses summed apart, or
  /// their difference; groups counted beforehand or when they are needed.
  mutating func sum(
    from start: Term, _ changes: [Change], _ phrases: SumPhrases, _ stream: inout RandomStream
  ) -> Quantity {
    var known: [Term: Quantity] = [:]
    if stream.chance(0.5) {
      for term in [start] + changes.map(\.term) { resolve(term, &known, &stream) }
    }
    let plan = changes.count > 1 ? stream.pick(Plan.allCases) : .inOrder
    let gains = changes.filter(\.isGain)
    let losses = changes.filter { !$0.isGain }
    switch plan {
    case .inOrder:
      return apply(changes, to: resolve(start, &known, &stream), phrases, &known, &stream)
    case .gainsFirst:
      let order = stream.shuffled(gains) + stream.shuffled(losses)
      return apply(order, to: resolve(start, &known, &stream), phrases, &known, &stream)
    case .grouped, .net:
      let gained = total(of: gains, phrases.gains, &known, &stream)
      let lost = total(of: losses, phrases.losses, &known, &stream)
      if plan == .net, let gained, let lost, value(gained) > value(lost) + 1 {
        let net = step(gained, .minus, lost, phrases.net, &stream)
        return step(resolve(start, &known, &stream), .plus, net, phrases.afterGain, &stream)
      }
      var sum = resolve(start, &known, &stream)
      if let gained { sum = step(sum, .plus, gained, phrases.afterGain, &stream) }
      if let lost { sum = step(sum, .minus, lost, phrases.afterLoss, &stream) }
      return sum
    }
  }

  /// The sum of `terms` in random order.
  mutating func sum(of terms: [Term], _ frames: [Frame], _ stream: inout RandomStream) -> Quantity {
    var known: [Term: Quantity] = [:]
    let order = stream.shuffled(terms)
    if stream.chance(0.5) {
      for term in order { resolve(term, &known, &stream) }
    }
    var sum = resolve(order[0], &known, &stream)
    for term in order.dropFirst() {
      let next = resolve(term, &known, &stream)
      sum = step(sum, .plus, next, frames, &stream)
    }
    return sum
  }

  func value(_ quantity: Quantity) -> Int {
    switch quantity {
    case .given(let number): number
    case .result(let index): values[index]
    }
  }

  private mutating func apply(
    _ changes: [Change], to start: Quantity, _ phrases: SumPhrases, _ known: inout [Term: Quantity],
    _ stream: inout RandomStream
  ) -> Quantity {
    var sum = start
    for change in changes {
      let amount = resolve(change.term, &known, &stream)
      sum = step(
        sum, change.isGain ? .plus : .minus, amount, change.isGain ? phrases.afterGain : phrases.afterLoss, &stream)
    }
    return sum
  }

  private mutating func total(
    of changes: [Change], _ frames: [Frame], _ known: inout [Term: Quantity], _ stream: inout RandomStream
  ) -> Quantity? {
    guard let first = changes.first else { return nil }
    var sum = resolve(first.term, &known, &stream)
    for change in changes.dropFirst() {
      let amount = resolve(change.term, &known, &stream)
      sum = step(sum, .plus, amount, frames, &stream)
    }
    return sum
  }

  /// A number as it is; groups by a step, once.
  @discardableResult
  private mutating func resolve(
    _ term: Term, _ known: inout [Term: Quantity], _ stream: inout RandomStream
  ) -> Quantity {
    switch term {
    case .number(let number): return .given(number)
    case .groups(let count, let size, let frames):
      if let quantity = known[term] { return quantity }
      let quantity = step(.given(count), .times, .given(size), frames, &stream)
      known[term] = quantity
      return quantity
    }
  }
}
