/// A Pratt parser: each operator has a binding power, and an operand is read as far as what binds tighter reaches.
struct Parser {
  /// Binding powers, loosest first.
  enum Power {
    static let statement = 0
    static let ratio = 5
    static let union = 10
    static let sum = 20
    static let product = 30
    static let prefix = 35
    static let power = 50
  }

  var tokens: [Token]
  var position = 0
  var depth = 0
  /// Operators that nest to the left without recursion, as in `a/b/c`, and signs of relation.
  private var chain = 0
  /// Inside bars a bar closes.
  var openBars = 0

  init(_ tokens: [Token]) { self.tokens = tokens }

  /// Reads a whole answer. - Throws: `Obstacle.unreadable`
  static func parse(_ tokens: [Token]) throws(Obstacle) -> Expression {
    var parser = Parser(tokens)
    let elements = try parser.elements()
    guard parser.position == parser.tokens.count else { throw .unreadable("it does not end where an expression ends") }
    guard let first = elements.first else { throw .unreadable("it holds no expression") }
    return elements.count == 1 ? first : .list(elements)
  }

  // MARK: Statements

  /// Statements between separators, as far as they go.
  mutating func elements() throws(Obstacle) -> [Expression] {
    var elements: [Expression] = []
    while true {
      while current == .separator { position += 1 }
      guard let kind = current, !closes(kind) else { return elements }
      elements.append(try statement())
      guard current == .separator else { return elements }
    }
  }

  /// `a = b < c`, or a single value.
  mutating func statement() throws(Obstacle) -> Expression {
    var terms: [Expression] = []
    var signs: [Expression.Sign] = []
    if case .sign(let sign)? = current, sign == .approximate || sign == .equal {
      // `≈ 8.24` rounds a value that is not written.
      position += 1
      let value = try measured()
      terms = sign == .approximate ? [value, value] : [value]
      signs = sign == .approximate ? [.approximate] : []
    } else {
      terms = [try measured()]
    }
    while case .sign(let sign)? = current {
      position += 1
      signs.append(sign)
      try lengthen()
      terms.append(try measured())
    }
    return signs.isEmpty ? terms[0] : .relation(terms, signs)
  }

  /// A value and the unit behind it.
  private mutating func measured() throws(Obstacle) -> Expression {
    if case .text(let words)? = current { return try label(words) }
    let value = try expression(Power.statement)
    guard case .text(let first)? = current else { return value }
    var unit = first
    position += 1
    while case .text(let next)? = current {
      unit += " " + next
      position += 1
    }
    if current == .mark("^") {
      position += 1
      guard let exponent = try script().literal else { throw .unreadable("an exponent of a unit") }
      unit += "^\(exponent)"
    }
    return .quantity(value, unit: unit)
  }

  /// Words where a value would stand.
  private mutating func label(_ first: String) throws(Obstacle) -> Expression {
    var words = first
    position += 1
    while case .text(let next)? = current {
      words += " " + next
      position += 1
    }
    switch current {
    case nil, .separator, .sign, .mark(UInt8(ascii: ")")), .command("}"): return .text(words)
    default: throw .unreadable("words before an expression")
    }
  }

  // MARK: Operators

  mutating func expression(_ minimum: Int) throws(Obstacle) -> Expression {
    try descend()
    defer { depth -= 1 }
    var left = try prefix()
    while let kind = current {
      switch kind {
      case .mark(UInt8(ascii: "+")) where minimum < Power.sum, .mark(UInt8(ascii: "-")) where minimum < Power.sum:
        position += 1
        let right = try expression(Power.sum)
        append(kind == .mark("-") ? right.negated : right, to: &left)
      case .command("pm") where minimum < Power.sum, .command("mp") where minimum < Power.sum:
        position += 1
        append(.plusMinus(try expression(Power.sum), opposed: kind == .command("mp")), to: &left)
      case .mark(UInt8(ascii: "*")) where minimum < Power.product:
        position += 1
        multiply(&left, by: try expression(Power.product))
      case .mark(UInt8(ascii: "/")) where minimum < Power.product:
        position += 1
        try lengthen()
        left = .quotient(left, try expression(Power.product))
      case .mark(UInt8(ascii: ":")) where minimum < Power.ratio:
        position += 1
        try lengthen()
        let right = try expression(Power.ratio)
        if case .ratio(let terms) = left { left = .ratio(terms + [right]) } else { left = .ratio([left, right]) }
      case .command("cup") where minimum < Power.union, .command("cap") where minimum < Power.union,
        .command("setminus") where minimum < Power.union:
        position += 1
        try lengthen()
        left = combined(left, try expression(Power.union), kind)
      case .command("choose") where minimum < Power.product:
        position += 1
        try lengthen()
        left = .binomial(left, try expression(Power.product))
      case .mark(UInt8(ascii: "^")) where minimum < Power.power:
        position += 1
        try lengthen()
        left = try raised(left)
      case .mark(UInt8(ascii: "!")):
        position += 1
        try lengthen()
        left = .factorial(left)
      case .mark(UInt8(ascii: "'")):
        position += 1
        guard case .symbol(let name) = left else { throw .unreadable("a prime without a name") }
        left = .symbol(name + "'")
      case .mark(UInt8(ascii: "%")) where minimum < Power.product:
        position += 1
        try lengthen()
        left = .percent(left)
      case .command("circ"):
        position += 1
        try lengthen()
        left = .degrees(left)
      default:
        guard minimum < Power.product, beginsOperand(kind) else { return left }
        try juxtapose(&left)
      }
    }
    return left
  }

  private mutating func prefix() throws(Obstacle) -> Expression {
    switch current {
    case .mark(UInt8(ascii: "-")):
      position += 1
      return try expression(Power.prefix).negated
    case .mark(UInt8(ascii: "+")):
      position += 1
      return try expression(Power.prefix)
    case .command("pm"), .command("mp"):
      let opposed = current == .command("mp")
      position += 1
      return .plusMinus(try expression(Power.prefix), opposed: opposed)
    default:
      return try operand()
    }
  }

  /// Two values side by side: a mixed number or a product.
  private mutating func juxtapose(_ left: inout Expression) throws(Obstacle) {
    let startsWithFraction = current == .command("frac")
    let followsNumber = position > 0 && tokens[position - 1].kind == .number
    if current == .number, followsNumber {
      // `12 3/5`; two numbers side by side are nothing else.
      guard case .number(let whole) = left else { throw .unreadable("two numbers side by side") }
      let top = try operand()
      guard current == .mark("/") else { throw .unreadable("two numbers side by side") }
      position += 1
      guard let mixed = mixed(whole, top, try operand()) else { throw .unreadable("two numbers side by side") }
      left = mixed
      return
    }
    let right = try expression(Power.prefix)
    if startsWithFraction, followsNumber, case .number(let whole) = left, case .quotient(let top, let bottom) = right,
      let mixed = mixed(whole, top, bottom)
    {
      left = mixed
    } else {
      multiply(&left, by: right)
    }
  }

  private func mixed(_ whole: RationalNumber, _ top: Expression, _ bottom: Expression) -> Expression? {
    guard case .number(let a) = top, case .number(let b) = bottom, whole.isInteger, a.isInteger, b.isInteger, !b.isZero,
      !a.isNegative, a < b
    else { return nil }
    return .number(whole.isNegative ? whole - a / b : whole + a / b)
  }

  private mutating func raised(_ base: Expression) throws(Obstacle) -> Expression {
    if current == .command("circ") {
      position += 1
      return .degrees(base)
    }
    if current == .mark("{"), tokens.indices.contains(position + 2), tokens[position + 1].kind == .command("circ"),
      tokens[position + 2].kind == .mark("}")
    {
      position += 3
      return .degrees(base)
    }
    return .power(base, try script())
  }

  /// The exponent behind `^`: a group, or a signed operand; towers bind to the right.
  mutating func script() throws(Obstacle) -> Expression {
    if current == .mark("-") {
      position += 1
      return try expression(Power.power - 1).negated
    }
    return try expression(Power.power - 1)
  }

  private func append(_ term: Expression, to left: inout Expression) {
    guard case .sum(var terms) = left else {
      left = .sum([left, term])
      return
    }
    left = .infinity  // Gives up its hold on the array, so that appending does not copy it.
    terms.append(term)
    left = .sum(terms)
  }

  func multiply(_ left: inout Expression, by factor: Expression) {
    guard case .product(var factors) = left else {
      left = .product([left, factor])
      return
    }
    left = .infinity
    factors.append(factor)
    left = .product(factors)
  }

  private func combined(_ left: Expression, _ right: Expression, _ kind: Token.Kind) -> Expression {
    switch kind {
    case .command("cup"):
      if case .union(let parts) = left { return .union(parts + [right]) }
      return .union([left, right])
    case .command("cap"): return .intersection([left, right])
    default: return .difference(left, right)
    }
  }

  // MARK: Limits

  /// Pairs with `depth -= 1`.
  mutating func descend() throws(Obstacle) {
    depth += 1
    guard depth <= Budget.depth else { throw .tooLarge("nested deeper than \(Budget.depth)") }
  }

  private mutating func lengthen() throws(Obstacle) {
    chain += 1
    guard chain <= Budget.chain else { throw .tooLarge("more than \(Budget.chain) divisions and powers") }
  }

  // MARK: Tokens

  var current: Token.Kind? { position < tokens.count ? tokens[position].kind : nil }

  private func closes(_ kind: Token.Kind) -> Bool {
    switch kind {
    case .mark(UInt8(ascii: ")")), .mark(UInt8(ascii: "]")), .mark(UInt8(ascii: "}")), .command("}"), .rowEnd,
      .mark(UInt8(ascii: "&")), .command("end"):
      true
    default: false
    }
  }

  func beginsOperand(_ kind: Token.Kind) -> Bool {
    switch kind {
    case .number, .letter, .currency: true
    case .mark(UInt8(ascii: "(")), .mark(UInt8(ascii: "{")): true
    // A bracket after a value may close a half-open interval, never open one.
    case .mark(UInt8(ascii: "[")): true
    case .mark(UInt8(ascii: "|")): openBars == 0
    case .command(let name):
      !["cup", "cap", "setminus", "}", "end", "choose", "circ", "pm", "mp", "rfloor", "rceil"].contains(name)
    default: false
    }
  }
}
