extension Parser {
  /// A number, a name, a group or a command with its arguments.
  mutating func operand() throws(Obstacle) -> Expression {
    guard position < tokens.count else { throw .unreadable("it breaks off") }
    try descend()
    defer { depth -= 1 }
    let token = tokens[position]
    position += 1
    switch token.kind {
    case .number: return try number(token.spelling)
    case .letter: return try named(token.spelling)
    case .currency(let unit):
      var negative = false
      if current == .mark("-") {
        position += 1
        negative = true
      }
      let amount = Expression.quantity(try expression(Power.product), unit: unit)
      return negative ? amount.negated : amount
    case .mark(UInt8(ascii: "{")):
      let inner = try group(until: .mark("}"))
      guard inner.count == 1 else { throw .unreadable("a group that is no single value") }
      return inner[0]
    case .mark(UInt8(ascii: "(")), .mark(UInt8(ascii: "[")): return try bracketed(closed: token.kind == .mark("["))
    case .mark(UInt8(ascii: "|")):
      openBars += 1
      let inner = try expression(Power.statement)
      openBars -= 1
      try expect(.mark("|"))
      return .function(.abs, inner)
    case .command(let name): return try command(name)
    case .text(let words): return .text(words)
    default: throw .unreadable("a sign where a value should stand")
    }
  }

  private func number(_ spelling: String) throws(Obstacle) -> Expression {
    guard let (value, places) = RationalNumber.parsing(spelling) else {
      throw .tooLarge("a number of more than \(RationalNumber.longestLiteral) digits")
    }
    return places > 0 ? .decimal(value, places: places) : .number(value)
  }

  /// A letter with its subscript.
  private mutating func named(_ name: String) throws(Obstacle) -> Expression {
    if current == .mark("_") {
      position += 1
      return .symbol("\(name)_\(try subscriptText())")
    }
    switch name {
    case "e": return .constant(.e)
    case "i": return .constant(.i)
    default: return .symbol(name)
    }
  }

  /// The tokens of a subscript, as they are spelled.
  private mutating func subscriptText() throws(Obstacle) -> String {
    var text = ""
    let grouped = current == .mark("{")
    if grouped { position += 1 }
    while position < tokens.count {
      let token = tokens[position]
      position += 1
      switch token.kind {
      case .mark(UInt8(ascii: "}")) where grouped: return text
      case .number, .letter: text += token.spelling
      case .text(let words): text += words
      case .command(let name): text += name
      case .mark(let byte): text += String(Unicode.Scalar(byte))
      case .separator: text += ","
      default: throw .unreadable("a subscript")
      }
      if !grouped { return text }
    }
    throw .unreadable("it breaks off in a subscript")
  }

  mutating func group(until end: Token.Kind) throws(Obstacle) -> [Expression] {
    let bars = openBars
    openBars = 0
    defer { openBars = bars }
    let inner = try elements()
    try expect(end)
    return inner
  }

  mutating func expect(_ kind: Token.Kind) throws(Obstacle) {
    guard current == kind else { throw .unreadable("a bracket that is not closed") }
    position += 1
  }

  private mutating func bracketed(closed: Bool) throws(Obstacle) -> Expression {
    let bars = openBars
    openBars = 0
    defer { openBars = bars }
    let inner = try elements()
    guard current == .mark(")") || current == .mark("]") else { throw .unreadable("a bracket that is not closed") }
    let closesClosed = current == .mark("]")
    position += 1
    guard let first = inner.first else { throw .unreadable("empty brackets") }
    if inner.count == 1 {
      guard closed == closesClosed else { throw .unreadable("brackets that do not match") }
      return first
    }
    return .brackets(opensClosed: closed, inner, closesClosed: closesClosed)
  }

  /// What a command takes: a group, or a single token; of a number its first digit, as in TeX.
  mutating func argument() throws(Obstacle) -> Expression {
    if current == .number {
      let spelling = tokens[position].spelling
      guard spelling.utf8.count > 1, let digit = spelling.first, digit != "." else { return try operand() }
      tokens[position] = Token(kind: .number, spelling: String(spelling.dropFirst()))
      return try number(String(digit))
    }
    return try operand()
  }

  private mutating func command(_ name: String) throws(Obstacle) -> Expression {
    switch name {
    case "frac":
      let top = try argument()
      return .quotient(top, try argument())
    case "binom":
      let top = try argument()
      return .binomial(top, try argument())
    case "sqrt": return try root()
    case "pi": return .constant(.pi)
    case "infty": return .infinity
    case "emptyset": return .set([])
    case "reals": return .reals
    case "{": return .set(try group(until: .command("}")))
    case "lfloor", "lceil":
      let inner = try group(until: .command(name == "lfloor" ? "rfloor" : "rceil"))
      guard inner.count == 1 else { throw .unreadable("a floor of several values") }
      return .function(name == "lfloor" ? .floor : .ceil, inner[0])
    case "log", "ln", "lg": return try logarithm(name)
    case "begin": return try matrix()
    case "overline", "bar", "widehat", "hat", "vec", "overrightarrow", "overleftrightarrow", "widetilde", "tilde",
      "overset", "mathcal", "mathscr", "mathfrak", "mathbb":
      let inner = try argument()
      if name == "mathbb", inner == .symbol("R") { return .reals }
      if name == "overline", case .decimal = inner { throw .unreadable("a repeating decimal without its start") }
      return .symbol("\(name) \(inner)")
    case "ldots", "dots", "cdots", "vdots", "ddots": throw .unreadable("an answer that is left open by dots")
    default:
      if let function = Expression.Function(rawValue: name) { return try application(function) }
      guard Self.symbolCommands.contains(name) else { throw .unreadable("the command \\\(name)") }
      return try named(name)
    }
  }

  private mutating func root() throws(Obstacle) -> Expression {
    var index = Expression.integer(2)
    if current == .mark("[") {
      position += 1
      index = try expression(Power.statement)
      try expect(.mark("]"))
    }
    return .root(try argument(), index: index)
  }

  private mutating func logarithm(_ name: String) throws(Obstacle) -> Expression {
    var base: Expression = name == "ln" ? .constant(.e) : .integer(10)
    if current == .mark("_") {
      position += 1
      base = try argument()
    }
    var exponent: Expression?
    if current == .mark("^") {
      position += 1
      exponent = try script()
    }
    let value = Expression.logarithm(try functionArgument(), base: base)
    return exponent.map { .power(value, $0) } ?? value
  }

  private mutating func application(_ function: Expression.Function) throws(Obstacle) -> Expression {
    var exponent: Expression?
    if current == .mark("^") {
      position += 1
      exponent = try script()
    }
    let inverse: [Expression.Function: Expression.Function] = [.sin: .arcsin, .cos: .arccos, .tan: .arctan]
    let argument = try functionArgument()
    if exponent == .integer(-1), let inverse = inverse[function] { return .function(inverse, argument) }
    let value = Expression.function(function, argument)
    return exponent.map { .power(value, $0) } ?? value
  }

  /// `(x + 1)`, or without brackets the factors up to the next sign or function: `sin 2x cos y` is two factors.
  private mutating func functionArgument() throws(Obstacle) -> Expression {
    if current == .mark("-") { return try expression(Power.prefix) }
    if current == .mark("(") || current == .mark("{") {
      let inner = try operand()
      if current == .command("circ") || current == .mark("!") {
        throw .unreadable("a sign behind a function's brackets")
      }
      return inner
    }
    var value = try expression(Power.prefix)
    while let kind = current, beginsOperand(kind), kind != .number, !isFunction(kind), kind != .mark("(") {
      multiply(&value, by: try expression(Power.prefix))
    }
    return value
  }

  private func isFunction(_ kind: Token.Kind) -> Bool {
    guard case .command(let name) = kind else { return false }
    return Expression.Function(rawValue: name) != nil || ["log", "ln", "lg"].contains(name)
  }

  private mutating func matrix() throws(Obstacle) -> Expression {
    let environment = try environmentName()
    guard Self.matrixEnvironments.contains(environment) else { throw .unreadable("the environment \(environment)") }
    if environment == "array", current == .mark("{") { _ = try environmentName() }
    var rows: [[Expression]] = []
    var row: [Expression] = []
    while true {
      switch current {
      case .mark(UInt8(ascii: "&")), .rowEnd:
        throw .unreadable("a matrix with an empty entry")
      case .command("end"): break
      default: row.append(try statement())
      }
      switch current {
      case .mark(UInt8(ascii: "&")): position += 1
      case .rowEnd:
        position += 1
        rows.append(row)
        row = []
      case .command("end"):
        position += 1
        guard try environmentName() == environment else { throw .unreadable("a matrix that is not closed") }
        if !row.isEmpty { rows.append(row) }
        guard let width = rows.first?.count, rows.allSatisfy({ $0.count == width }) else {
          throw .unreadable("a matrix with rows of different length")
        }
        return .matrix(rows)
      default: throw .unreadable("a matrix that is not closed")
      }
    }
  }

  /// `{pmatrix}`, which the lexer has read as a word or as letters.
  private mutating func environmentName() throws(Obstacle) -> String {
    try expect(.mark("{"))
    var name = ""
    while position < tokens.count {
      let token = tokens[position]
      position += 1
      switch token.kind {
      case .mark(UInt8(ascii: "}")): return name
      case .text(let words): name += words
      case .letter: name += token.spelling
      case .mark: continue
      default: throw .unreadable("an environment without a name")
      }
    }
    throw .unreadable("an environment without a name")
  }

  private static let matrixEnvironments: Set<String> = [
    "pmatrix", "bmatrix", "matrix", "Bmatrix", "array", "smallmatrix",
  ]

  private static let symbolCommands: Set<String> = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi",
    "Sigma", "Phi", "Psi", "Omega", "triangle", "angle", "ell", "square", "star", "clubsuit", "heartsuit",
    "spadesuit", "diamondsuit", "cong", "perp", "parallel",
  ]
}
