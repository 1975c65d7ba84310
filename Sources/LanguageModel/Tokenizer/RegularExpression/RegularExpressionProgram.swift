/// A regular expression as instructions for `RegularExpressionMatcher`.
struct RegularExpressionProgram: Sendable {
  typealias Node = RegularExpressionNode
  typealias Failure = RegularExpression.PatternError

  enum Instruction: Sendable {
    /// These bytes of `literals`.
    case literal(start: Int, count: Int)
    /// One character of a set.
    case set(Int)
    /// As many characters of a set as there are (greedy, possessive) or as are needed (lazy); `maximum` is `Int.max` for any.
    case run(set: Int, minimum: Int, maximum: Int, Node.Greed)
    /// Goes on here, and if that fails at `otherwise`.
    case fork(otherwise: Int)
    /// Goes on at `target`, and if that fails here.
    case forkLazily(target: Int)
    case jump(Int)
    case assert(Node.Assertion)
    /// Whether the next character is of a set; the end of the text is not.
    case peek(set: Int, negated: Bool)
    /// Whether the instructions up to `end` match here; `back` characters earlier for what lies behind.
    case look(back: Int?, negated: Bool, end: Int)
    /// The instructions up to `end`, whose first match stands.
    case atomic(end: Int)
    case accept
  }

  private static let longestProgram = 8_192

  private(set) var code: [Instruction] = []
  private(set) var literals: [UInt8] = []
  private(set) var sets: [ScalarSet] = []
  /// Two words of ASCII bits a set.
  private(set) var asciiBits: [UInt64] = []
  /// Where each alternative of the whole expression starts.
  private(set) var alternatives: [Int] = []
  /// By first byte, a bit for each alternative that may match.
  private(set) var alternativesByFirstByte: [UInt64] = []

  init(_ node: Node) throws(Failure) {
    var branches = [node]
    if case .alternatives(let several) = node, several.count <= 64 { branches = several }
    alternativesByFirstByte = [UInt64](repeating: 0, count: 256)
    for (number, branch) in branches.enumerated() {
      alternatives.append(code.count)
      try append(branch)
      try append(.accept)
      let first = FirstBytes(branch)
      for byte in 0..<256 where first.isNullable || first.bytes.contains(byte) {
        alternativesByFirstByte[byte] |= 1 << UInt64(number)
      }
    }
  }

  private mutating func append(_ instruction: Instruction) throws(Failure) {
    guard code.count < Self.longestProgram else { throw Failure("repetitions that need too much memory") }
    code.append(instruction)
  }

  private mutating func index(of set: ScalarSet) -> Int {
    if let index = sets.firstIndex(of: set) { return index }
    sets.append(set)
    for word in 0..<2 {
      asciiBits.append((0..<64).reduce(0) { $0 | (set.containsASCII(UInt8(64 * word + $1)) ? 1 << UInt64($1) : 0) })
    }
    return sets.count - 1
  }

  private mutating func append(_ node: Node) throws(Failure) {
    switch node {
    case .set(let set): try append(.set(index(of: set)))
    case .literal(let scalar): try appendLiteral(scalar)
    case .sequence(let nodes): for node in nodes { try append(node) }
    case .alternatives(let branches): try appendAlternatives(branches)
    case .repetition(let node, let minimum, let maximum, let greed):
      try appendRepetition(node, minimum, maximum, greed)
    case .look(let node, let ahead, let negated): try appendLook(node, ahead: ahead, negated: negated)
    case .atomic(let node):
      try appendEnclosed(node) { .atomic(end: $0) }
    case .assertion(let assertion): try append(.assert(assertion))
    }
  }

  private mutating func appendLiteral(_ scalar: Unicode.Scalar) throws(Failure) {
    let bytes = Array(String(Character(scalar)).utf8)
    // Grows the literal before, unless something jumps to between the two: such places end in other instructions.
    if case .literal(let start, let count)? = code.last, start + count == literals.count, !isTarget(code.count) {
      code[code.count - 1] = .literal(start: start, count: count + bytes.count)
    } else {
      try append(.literal(start: literals.count, count: bytes.count))
    }
    literals += bytes
  }

  /// Places that a jump leads to, which must stay the start of an instruction.
  private var targets: Set<Int> = []

  private func isTarget(_ index: Int) -> Bool { targets.contains(index) || alternatives.contains(index) }

  private mutating func markTarget() { targets.insert(code.count) }

  private mutating func appendAlternatives(_ branches: [Node]) throws(Failure) {
    var jumps: [Int] = []
    for (number, branch) in branches.enumerated() {
      let isLast = number == branches.count - 1
      let fork = code.count
      if !isLast { try append(.fork(otherwise: 0)) }
      markTarget()
      try append(branch)
      if !isLast {
        jumps.append(code.count)
        try append(.jump(0))
        code[fork] = .fork(otherwise: code.count)
        markTarget()
      }
    }
    for jump in jumps { code[jump] = .jump(code.count) }
    markTarget()
  }

  private mutating func appendRepetition(
    _ node: Node, _ minimum: Int, _ maximum: Int?, _ greed: Node.Greed
  ) throws(Failure) {
    if let set = node.singleSet {
      try append(.run(set: index(of: set), minimum: minimum, maximum: maximum ?? .max, greed))
      return
    }
    if greed == .possessive {
      try append(.atomic(.repetition(node, minimum: minimum, maximum: maximum, .greedy)))
      return
    }
    if maximum == nil, FirstBytes(node).isNullable {
      throw Failure("an unlimited repetition of what can match nothing")
    }
    for _ in 0..<minimum {
      markTarget()
      let length = code.count
      try append(node)
      if code.count == length { break }
    }
    var forks: [Int] = []
    let start = code.count
    for _ in 0..<(maximum.map { $0 - minimum } ?? 1) {
      forks.append(code.count)
      try append(.fork(otherwise: 0))
      markTarget()
      try append(node)
    }
    if maximum == nil { try append(.jump(start)) }
    for fork in forks { code[fork] = greed == .lazy ? .forkLazily(target: code.count) : .fork(otherwise: code.count) }
    markTarget()
  }

  private mutating func appendLook(_ node: Node, ahead: Bool, negated: Bool) throws(Failure) {
    if ahead, let set = node.singleSet {
      try append(.peek(set: index(of: set), negated: negated))
      return
    }
    let width = ahead ? nil : node.scalarCount
    if !ahead, width == nil { throw Failure("a look behind of variable length") }
    try appendEnclosed(node) { .look(back: width, negated: negated, end: $0) }
  }

  private mutating func appendEnclosed(_ node: Node, _ instruction: (Int) -> Instruction) throws(Failure) {
    let start = code.count
    try append(.accept)
    markTarget()
    try append(node)
    try append(.accept)
    code[start] = instruction(code.count)
    markTarget()
  }
}

extension RegularExpressionNode {
  /// The set where this is one character, whatever way it is written.
  fileprivate var singleSet: ScalarSet? {
    switch self {
    case .set(let set): set
    case .literal(let scalar): ScalarSet(scalar)
    default: nil
    }
  }

  /// Characters of every match; nil where matches differ.
  fileprivate var scalarCount: Int? {
    switch self {
    case .set, .literal: return 1
    case .look, .assertion: return 0
    case .atomic(let node): return node.scalarCount
    case .sequence(let nodes):
      return nodes.reduce(0) { sum, node in sum.flatMap { sum in node.scalarCount.map { sum + $0 } } }
    case .alternatives(let nodes):
      let counts = nodes.map(\.scalarCount)
      return counts.allSatisfy { $0 == counts[0] } ? counts[0] : nil
    case .repetition(let node, let minimum, let maximum, _):
      return minimum == maximum ? node.scalarCount.map { $0 * minimum } : nil
    }
  }
}

/// The bytes with which a match may start.
struct FirstBytes {
  private(set) var bytes: Set<Int> = []
  /// Whether a match may be empty, or depends on what only the matcher sees.
  private(set) var isNullable = false

  init(_ node: RegularExpressionNode) {
    switch node {
    case .set(let set):
      bytes = Set((0..<128).filter { set.containsASCII(UInt8($0)) }).union(128..<256)
    case .literal(let scalar):
      bytes = Set(String(Character(scalar)).utf8.prefix(1).map { Int($0) })
    case .sequence(let nodes):
      isNullable = true
      for node in nodes where isNullable {
        let first = FirstBytes(node)
        bytes.formUnion(first.bytes)
        isNullable = first.isNullable
      }
    case .alternatives(let nodes):
      for first in nodes.map({ FirstBytes($0) }) {
        bytes.formUnion(first.bytes)
        isNullable = isNullable || first.isNullable
      }
    case .repetition(let node, let minimum, _, _):
      let first = FirstBytes(node)
      bytes = first.bytes
      isNullable = first.isNullable || minimum == 0
    case .atomic(let node): self = FirstBytes(node)
    case .look, .assertion: isNullable = true
    }
  }
}
