/// Runs a `RegularExpressionProgram` on one text: backtracking, with the alternatives that are left on a stack.
///
/// The first alternative that matches wins, as in Oniguruma. A hostile expression can need time exponential in the length
/// of the text: `steps` bounds it, and what is not matched by then stays unmatched.
struct RegularExpressionMatcher {
  private struct Choice {
    /// Where to go on.
    var instruction: Int
    var position: Int
    /// The least position a greedy run may shrink to, or how many characters a lazy one may still take.
    var bound = 0
    var kind = Kind.fork

    enum Kind {
      case fork, greedyRun
      case lazyRun(set: Int)
    }
  }

  private static let stepsPerByte = 256
  private static let freeSteps = 1 << 16

  private let program: RegularExpressionProgram
  private let text: [UInt8]
  private let range: Range<Int>
  private var choices: [Choice] = []
  private var steps: Int
  private let mostChoices: Int

  init(_ program: RegularExpressionProgram, _ text: [UInt8], _ range: Range<Int>) {
    self.program = program
    self.text = text
    self.range = range
    steps = Self.stepsPerByte * range.count + Self.freeSteps
    mostChoices = 4 * range.count + Self.freeSteps
  }

  var isExhausted: Bool { steps <= 0 }

  /// The end of the match that starts at `position`.
  mutating func end(ofMatchAt position: Int) -> Int? {
    let first = position < range.upperBound ? text[position] : 0
    // Past the end only what matches nothing can match, which every byte's entry holds.
    var candidates = program.alternativesByFirstByte[Int(first)]
    while candidates != 0 {
      let number = candidates.trailingZeroBitCount
      candidates &= candidates - 1
      if let end = run(from: program.alternatives[number], at: position) { return end }
    }
    return nil
  }

  @inline(__always)
  private func width(of set: Int, at position: Int) -> Int {
    guard position < range.upperBound else { return 0 }
    let byte = text[position]
    if byte < 0x80 { return Int(program.asciiBits[2 * set + Int(byte >> 6)] >> UInt64(byte & 63) & 1) }
    let (scalar, width) = UTF8Text.scalar(at: position, in: text)
    return program.sets[set].contains(scalar) ? width : 0
  }

  /// The end of the match of the instructions from `start` to their `accept`.
  private mutating func run(from start: Int, at startPosition: Int) -> Int? {
    let base = choices.count
    var instruction = start
    var position = startPosition
    while true {
      steps -= 1
      if steps <= 0 || choices.count > mostChoices { break }
      var isMatch = true
      switch program.code[instruction] {
      case .literal(let start, let count):
        isMatch = matchesLiteral(start, count, at: position)
        position += count
        instruction += 1
      case .set(let set):
        let width = width(of: set, at: position)
        isMatch = width > 0
        position += width
        instruction += 1
      case .run(let set, let minimum, let maximum, let greed):
        instruction += 1
        isMatch = take(set, minimum, maximum, greed, from: &position, then: instruction)
      case .fork(let otherwise):
        choices.append(Choice(instruction: otherwise, position: position))
        instruction += 1
      case .forkLazily(let target):
        choices.append(Choice(instruction: instruction + 1, position: position))
        instruction = target
      case .jump(let target): instruction = target
      case .assert(let assertion):
        isMatch = holds(assertion, at: position)
        instruction += 1
      case .peek(let set, let negated):
        isMatch = (width(of: set, at: position) > 0) != negated
        instruction += 1
      case .look(let back, let negated, let end):
        isMatch = look(from: instruction + 1, at: position, back: back) != negated
        instruction = end
      case .atomic(let end):
        let found = run(from: instruction + 1, at: position)
        isMatch = found != nil
        position = found ?? position
        instruction = end
      case .accept:
        choices.removeLast(choices.count - base)
        return position
      }
      while !isMatch {
        guard choices.count > base else { return nil }
        isMatch = resume(&instruction, &position)
      }
    }
    choices.removeLast(choices.count - base)
    steps = 0
    return nil
  }

  /// Takes up what was left last; false where that fails at once.
  private mutating func resume(_ instruction: inout Int, _ position: inout Int) -> Bool {
    let last = choices.count - 1
    instruction = choices[last].instruction
    switch choices[last].kind {
    case .fork:
      position = choices.removeLast().position
      return true
    case .greedyRun:
      position = UTF8Text.start(before: choices[last].position, in: text)
      if position > choices[last].bound { choices[last].position = position } else { choices.removeLast() }
      return true
    case .lazyRun(let set):
      let width = width(of: set, at: choices[last].position)
      position = choices[last].position + width
      choices[last].position = position
      choices[last].bound -= 1
      if width == 0 || choices[last].bound == 0 { choices.removeLast() }
      return width > 0
    }
  }

  private mutating func take(
    _ set: Int, _ minimum: Int, _ maximum: Int, _ greed: RegularExpressionNode.Greed, from position: inout Int,
    then instruction: Int
  ) -> Bool {
    let wanted = greed == .lazy ? minimum : maximum
    var count = 0
    var least = position
    while count < wanted {
      let width = width(of: set, at: position)
      if width == 0 { break }
      position += width
      count += 1
      if count == minimum { least = position }
    }
    steps -= count
    if count < minimum { return false }
    switch greed {
    case .possessive: break
    case .greedy:
      if position > least {
        choices.append(Choice(instruction: instruction, position: position, bound: least, kind: .greedyRun))
      }
    case .lazy:
      if maximum > minimum {
        choices.append(
          Choice(
            instruction: instruction, position: position, bound: maximum - minimum, kind: .lazyRun(set: set)))
      }
    }
    return true
  }

  private func matchesLiteral(_ start: Int, _ count: Int, at position: Int) -> Bool {
    guard count <= range.upperBound - position else { return false }
    for offset in 0..<count where program.literals[start + offset] != text[position + offset] { return false }
    return true
  }

  private mutating func look(from instruction: Int, at position: Int, back: Int?) -> Bool {
    guard let back else { return run(from: instruction, at: position) != nil }
    var start = position
    for _ in 0..<back {
      guard start > range.lowerBound else { return false }
      start = UTF8Text.start(before: start, in: text)
    }
    return run(from: instruction, at: start) == position
  }

  private func holds(_ assertion: RegularExpressionNode.Assertion, at position: Int) -> Bool {
    switch assertion {
    case .textStart: return position == range.lowerBound
    case .textEnd: return position == range.upperBound
    case .textEndOrLastLineFeed:
      return position == range.upperBound || (position == range.upperBound - 1 && text[position] == 0x0a)
    // The reference lets ^ and $ match at every line feed.
    case .lineStart:
      return position == range.lowerBound || (text[position - 1] == 0x0a && position < range.upperBound)
    case .lineEnd: return position == range.upperBound || text[position] == 0x0a
    case .wordEdge, .noWordEdge:
      let before =
        position > range.lowerBound
        && ScalarSet.word.contains(UTF8Text.scalar(at: UTF8Text.start(before: position, in: text), in: text).scalar)
      let after = position < range.upperBound && ScalarSet.word.contains(UTF8Text.scalar(at: position, in: text).scalar)
      return (before != after) == (assertion == .wordEdge)
    }
  }
}
