/// What a regular expression says, before it is compiled.
indirect enum RegularExpressionNode: Sendable, Hashable {
  enum Greed: Sendable, Hashable { case greedy, lazy, possessive }
  enum Assertion: Sendable, Hashable {
    case textStart, textEnd, textEndOrLastLineFeed, lineStart, lineEnd, wordEdge, noWordEdge
  }

  case set(ScalarSet)
  case literal(Unicode.Scalar)
  case sequence([RegularExpressionNode])
  case alternatives([RegularExpressionNode])
  case repetition(RegularExpressionNode, minimum: Int, maximum: Int?, Greed)
  case look(RegularExpressionNode, ahead: Bool, negated: Bool)
  case atomic(RegularExpressionNode)
  case assertion(Assertion)
}

/// Reads the dialect in which tokenizers write their patterns: Oniguruma's, as Hugging Face's `tokenizers` compiles it.
///
/// A construct that is not supported is refused by its name.
struct RegularExpressionParser {
  typealias Node = RegularExpressionNode
  typealias Failure = RegularExpression.PatternError

  private static let deepestNesting = 32
  private static let mostQuantifiers = 4
  private static let largestCount = 1_000

  private let pattern: [Unicode.Scalar]
  private var index = 0
  private var ignoresCase = false

  init(_ pattern: String) { self.pattern = Array(pattern.unicodeScalars) }

  mutating func parse() throws(Failure) -> Node {
    let node = try alternatives(depth: 0)
    if index < pattern.count { throw Failure("an unmatched ')'") }
    return node
  }

  private var next: Unicode.Scalar? { index < pattern.count ? pattern[index] : nil }

  private mutating func take(_ text: String) -> Bool {
    guard pattern[index...].starts(with: text.unicodeScalars) else { return false }
    index += text.unicodeScalars.count
    return true
  }

  private mutating func takeScalar(_ place: String) throws(Failure) -> Unicode.Scalar {
    guard let scalar = next else { throw Failure("an unfinished \(place)") }
    index += 1
    return scalar
  }

  private mutating func alternatives(depth: Int) throws(Failure) -> Node {
    guard depth < Self.deepestNesting else { throw Failure("groups nested \(depth) deep") }
    let outerIgnoresCase = ignoresCase
    defer { ignoresCase = outerIgnoresCase }
    var branches = [try sequence(depth: depth)]
    while take("|") { branches.append(try sequence(depth: depth)) }
    return branches.count == 1 ? branches[0] : .alternatives(branches)
  }

  private mutating func sequence(depth: Int) throws(Failure) -> Node {
    var nodes: [Node] = []
    var foldedLiteral: Unicode.Scalar?
    while let scalar = next, scalar != "|", scalar != ")" {
      // Oniguruma lets two letters match one that folds to both; one to one is all that is done here.
      let isFolded = ignoresCase && scalar.properties.isAlphabetic
      if isFolded, let previous = foldedLiteral, Self.isLigature(previous, scalar) {
        throw Failure("'\(previous)\(scalar)' regardless of case")
      }
      foldedLiteral = isFolded ? scalar : nil
      guard let atom = try atom(depth: depth) else { continue }
      nodes.append(try quantified(atom))
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private static func isLigature(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
    ["ss", "ff", "fi", "fl", "st"].contains(
      String(Character(first)).lowercased() + String(Character(second)).lowercased())
  }

  private mutating func quantified(_ atom: Node) throws(Failure) -> Node {
    var node = atom
    var count = 0
    while let (minimum, maximum, isInterval) = try quantifier() {
      count += 1
      guard count <= Self.mostQuantifiers else {
        throw Failure("more than \(Self.mostQuantifiers) repetitions of one element")
      }
      var greed = Node.Greed.greedy
      if isInterval {
        // Oniguruma reads {n}? as an option and {n,m}+ as a repeat of the repeat.
        if next == "?", minimum == maximum { throw Failure("'?' after {\(minimum)}") }
        if take("?") { greed = .lazy }
      } else if take("?") {
        greed = .lazy
      } else if take("+") {
        greed = .possessive
      }
      node = .repetition(node, minimum: minimum, maximum: maximum, greed)
    }
    return node
  }

  private mutating func quantifier() throws(Failure) -> (minimum: Int, maximum: Int?, isInterval: Bool)? {
    if take("*") { return (0, nil, false) }
    if take("+") { return (1, nil, false) }
    if take("?") { return (0, 1, false) }
    let start = index
    guard take("{") else { return nil }
    let minimum = try number()
    var maximum = minimum
    if take(",") { maximum = try number() }
    guard take("}"), minimum != nil || maximum != nil else {
      // Braces that hold no count stand for themselves.
      index = start
      return nil
    }
    if let maximum, maximum < minimum ?? 0 { throw Failure("a count that ends before it starts") }
    return (minimum ?? 0, maximum, true)
  }

  private mutating func number() throws(Failure) -> Int? {
    var value: Int?
    while let scalar = next, "0"..."9" ~= scalar {
      value = (value ?? 0) * 10 + Int(scalar.value - 48)
      guard let value, value <= Self.largestCount else { throw Failure("a count above \(Self.largestCount)") }
      index += 1
    }
    return value
  }

  /// The next element; nil where it only changes the flags.
  private mutating func atom(depth: Int) throws(Failure) -> Node? {
    let scalar = try takeScalar("pattern")
    switch scalar {
    case "(": return try group(depth: depth)
    case "[":
      var reader = ScalarSetParser(pattern, index, ignoresCase: ignoresCase)
      let set = try reader.brackets(depth: depth)
      index = reader.index
      return .set(set)
    case ".": return .set(.anyButLineFeed)
    case "^": return .assertion(.lineStart)
    case "$": return .assertion(.lineEnd)
    case "\\": return try escape()
    case "*", "+", "?": throw Failure("'\(scalar)' with nothing to repeat")
    default: return literal(scalar)
    }
  }

  private func literal(_ scalar: Unicode.Scalar) -> Node {
    ignoresCase && CaseFolding.variants(of: scalar.value).count > 1
      ? .set(ScalarSet(scalar, ignoringCase: true)) : .literal(scalar)
  }

  private mutating func group(depth: Int) throws(Failure) -> Node? {
    let outerIgnoresCase = ignoresCase
    let kind: (Node) -> Node
    if take("?:") {
      kind = { $0 }
    } else if take("?=") {
      kind = { .look($0, ahead: true, negated: false) }
    } else if take("?!") {
      kind = { .look($0, ahead: true, negated: true) }
    } else if take("?<=") {
      kind = { .look($0, ahead: false, negated: false) }
    } else if take("?<!") {
      kind = { .look($0, ahead: false, negated: true) }
    } else if take("?>") {
      kind = { .atomic($0) }
    } else if take("?") {
      guard try flags() else { return nil }
      kind = { $0 }
    } else {
      // What a group captured is of no use here.
      kind = { $0 }
    }
    let node = try alternatives(depth: depth + 1)
    ignoresCase = outerIgnoresCase
    guard take(")") else { throw Failure("an unclosed '('") }
    return kind(node)
  }

  /// Reads `i:`, `-i:` or `i)`; true where a group follows.
  private mutating func flags() throws(Failure) -> Bool {
    var isOn = true
    while true {
      switch try takeScalar("group") {
      case "i": ignoresCase = isOn
      case "-": isOn = false
      case ":": return true
      case ")": return false
      case let other: throw Failure("the group (?\(other)")
      }
    }
  }

  private mutating func escape() throws(Failure) -> Node {
    let start = index
    switch try takeScalar("escape") {
    case "b": return .assertion(.wordEdge)
    case "B": return .assertion(.noWordEdge)
    case "A": return .assertion(.textStart)
    case "z": return .assertion(.textEnd)
    case "Z": return .assertion(.textEndOrLastLineFeed)
    default:
      index = start
      var reader = ScalarSetParser(pattern, index, ignoresCase: ignoresCase)
      let item = try reader.escape()
      index = reader.index
      switch item {
      case .scalar(let scalar): return literal(scalar)
      case .set(let set): return .set(set)
      }
    }
  }
}
