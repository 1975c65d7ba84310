/// Reads the expressions of a template, with Jinja 2's precedence.
struct TemplateExpressionParser {
  typealias Expression = TemplateExpression
  typealias Token = TemplateLexer.Token

  private let tokens: [(token: Token, line: Int)]
  private var index = 0
  private var depth = 0

  init(_ tokens: [(token: Token, line: Int)]) { self.tokens = tokens }

  var next: Token? { index < tokens.count ? tokens[index].token : nil }
  var line: Int { tokens.isEmpty ? 1 : tokens[min(index, tokens.count - 1)].line }

  mutating func advance() { index += 1 }

  func error(_ message: String) -> TemplateError { TemplateError(message, line: line) }

  mutating func take(_ token: Token) -> Bool {
    guard next == token else { return false }
    index += 1
    return true
  }

  mutating func expect(_ token: Token) throws(TemplateError) {
    guard take(token) else {
      throw error("'\(Self.spelling(token))' is expected, not '\(next.map(Self.spelling) ?? "the end")'")
    }
  }

  mutating func name(_ place: String) throws(TemplateError) -> String {
    guard case .name(let name)? = next else {
      throw error("\(place) is expected, not '\(next.map(Self.spelling) ?? "the end")'")
    }
    index += 1
    return name
  }

  private static func spelling(_ token: Token) -> String {
    switch token {
    case .text: "text"
    case .mark(let text), .name(let text), .symbol(let text): text
    case .string(let text): String(text.prefix(40))
    case .integer(let value): String(value)
    case .number(let value): String(value)
    }
  }

  /// One expression, or several with commas between.
  mutating func tuple(withoutChoice: Bool = false) throws(TemplateError) -> Expression {
    let first = withoutChoice ? try either() : try expression()
    guard next == .symbol(",") else { return first }
    var values = [first]
    while take(.symbol(",")) {
      if case .mark? = next { break }
      if next == .symbol(")") { break }
      values.append(withoutChoice ? try either() : try expression())
    }
    return .list(values, isTuple: true)
  }

  mutating func expression() throws(TemplateError) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= TemplateParser.deepestNesting else { throw error("an expression is nested too deep") }
    var value = try either()
    var choices = 0
    while take(.name("if")) {
      choices += 1
      guard choices <= TemplateParser.deepestNesting else { throw error("an expression is nested too deep") }
      let condition = try either()
      value = .choice(condition, value, otherwise: take(.name("else")) ? try expression() : nil)
    }
    return value
  }

  /// Operators of one precedence, from left to right; bounded, for the tree is as deep as they are many.
  private mutating func chained(
    while isNext: (inout Self) -> Bool, _ join: (inout Self) throws(TemplateError) -> Void
  ) throws(TemplateError) {
    var count = 0
    while isNext(&self) {
      count += 1
      guard count <= 8 * TemplateParser.deepestNesting else { throw error("an expression is too long") }
      try join(&self)
    }
  }

  private mutating func either() throws(TemplateError) -> Expression {
    var left = try both()
    try chained(
      while: { $0.take(.name("or")) }, { (parser) throws(TemplateError) in left = .either(left, try parser.both()) })
    return left
  }

  private mutating func both() throws(TemplateError) -> Expression {
    var left = try negation()
    try chained(
      while: { $0.take(.name("and")) }, { (parser) throws(TemplateError) in left = .both(left, try parser.negation()) })
    return left
  }

  private mutating func negation() throws(TemplateError) -> Expression {
    var count = 0
    while next == .name("not") {
      index += 1
      count += 1
    }
    let value = try comparison()
    return count == 0 ? value : count % 2 == 1 ? .negation(value) : .negation(.negation(value))
  }

  private mutating func comparison() throws(TemplateError) -> Expression {
    let first = try sum()
    var others: [(operation: String, value: Expression)] = []
    while true {
      if case .symbol(let symbol)? = next, ["==", "!=", "<", "<=", ">", ">="].contains(symbol) {
        index += 1
        others.append((symbol, try sum()))
      } else if take(.name("in")) {
        others.append(("in", try sum()))
      } else if next == .name("not"), index + 1 < tokens.count, tokens[index + 1].token == .name("in") {
        index += 2
        others.append(("not in", try sum()))
      } else {
        return others.isEmpty ? first : .comparison(first, others)
      }
    }
  }

  private mutating func binary(
    _ symbols: [String], _ operand: (inout Self) throws(TemplateError) -> Expression
  ) throws(TemplateError) -> Expression {
    var left = try operand(&self)
    var symbol = ""
    try chained(
      while: { parser in
        guard case .symbol(let next)? = parser.next, symbols.contains(next) else { return false }
        parser.index += 1
        symbol = next
        return true
      },
      { (parser) throws(TemplateError) in
        let operation = symbol
        left = .binary(operation, left, try operand(&parser))
      })
    return left
  }

  private mutating func sum() throws(TemplateError) -> Expression {
    try binary(["+", "-"]) { (parser) throws(TemplateError) in try parser.concatenation() }
  }

  private mutating func concatenation() throws(TemplateError) -> Expression {
    try binary(["~"]) { (parser) throws(TemplateError) in try parser.product() }
  }

  private mutating func product() throws(TemplateError) -> Expression {
    try binary(["*", "/", "//", "%"]) { (parser) throws(TemplateError) in try parser.power() }
  }

  private mutating func power() throws(TemplateError) -> Expression {
    try binary(["**"]) { (parser) throws(TemplateError) in try parser.unary(withFilters: true) }
  }

  private mutating func unary(withFilters: Bool) throws(TemplateError) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= TemplateParser.deepestNesting else { throw error("an expression is nested too deep") }
    var value: Expression
    if take(.symbol("-")) {
      value = .minus(try unary(withFilters: false))
    } else if take(.symbol("+")) {
      value = try unary(withFilters: false)
    } else {
      value = try primary()
    }
    value = try postfix(value)
    return withFilters ? try filtersAndTests(value) : value
  }

  private mutating func primary() throws(TemplateError) -> Expression {
    guard let token = next else { throw error("an expression is expected") }
    index += 1
    switch token {
    case .name("true"), .name("True"): return .literal(.boolean(true))
    case .name("false"), .name("False"): return .literal(.boolean(false))
    case .name("none"), .name("None"): return .literal(.none)
    case .name(let name): return .name(name)
    case .integer(let value): return .literal(.integer(value))
    case .number(let value): return .literal(.number(value))
    case .string(var text):
      // Neighbouring strings are one.
      while case .string(let more)? = next {
        text += more
        index += 1
      }
      return .literal(.string(text))
    case .symbol("("):
      if take(.symbol(")")) { return .list([], isTuple: true) }
      let value = try tuple()
      try expect(.symbol(")"))
      return value
    case .symbol("["): return .list(try values(until: "]"), isTuple: false)
    case .symbol("{"): return try dictionary()
    default:
      index -= 1
      throw error("an expression is expected, not '\(Self.spelling(token))'")
    }
  }

  private mutating func values(until end: String) throws(TemplateError) -> [Expression] {
    var values: [Expression] = []
    while !take(.symbol(end)) {
      if !values.isEmpty {
        try expect(.symbol(","))
        if take(.symbol(end)) { break }
      }
      values.append(try expression())
    }
    return values
  }

  private mutating func dictionary() throws(TemplateError) -> Expression {
    var members: [(key: Expression, value: Expression)] = []
    while !take(.symbol("}")) {
      if !members.isEmpty {
        try expect(.symbol(","))
        if take(.symbol("}")) { break }
      }
      let key = try expression()
      try expect(.symbol(":"))
      members.append((key, try expression()))
    }
    return .dictionary(members)
  }

  private mutating func postfix(_ start: Expression) throws(TemplateError) -> Expression {
    var value = start
    var count = 0
    while true {
      count += 1
      guard count <= 8 * TemplateParser.deepestNesting else { throw error("an expression is too long") }
      if take(.symbol(".")) {
        if case .integer(let number)? = next {
          index += 1
          value = .item(value, .literal(.integer(number)))
        } else {
          value = .attribute(value, try name("an attribute"))
        }
      } else if take(.symbol("[")) {
        value = try subscripted(value)
      } else if take(.symbol("(")) {
        value = .call(value, try arguments())
      } else {
        return value
      }
    }
  }

  private mutating func subscripted(_ value: Expression) throws(TemplateError) -> Expression {
    var parts: [Expression?] = []
    var part: Expression?
    while true {
      if take(.symbol(":")) {
        parts.append(part)
        part = nil
      } else if take(.symbol("]")) {
        break
      } else {
        guard part == nil else { throw error("']' is expected") }
        part = try expression()
      }
    }
    parts.append(part)
    switch parts.count {
    case 1:
      guard let key = parts[0] else { throw error("an index is expected") }
      return .item(value, key)
    case 2: return .slice(value, parts[0], parts[1], nil)
    case 3: return .slice(value, parts[0], parts[1], parts[2])
    default: throw error("a slice has too many parts")
    }
  }

  private mutating func arguments() throws(TemplateError) -> [Expression.Argument] {
    var arguments: [Expression.Argument] = []
    while !take(.symbol(")")) {
      if !arguments.isEmpty {
        try expect(.symbol(","))
        if take(.symbol(")")) { break }
      }
      if case .name(let name)? = next, index + 1 < tokens.count, tokens[index + 1].token == .symbol("=") {
        index += 2
        arguments.append((name, try expression()))
      } else {
        arguments.append((nil, try expression()))
      }
    }
    return arguments
  }

  private mutating func filtersAndTests(_ start: Expression) throws(TemplateError) -> Expression {
    var value = start
    var count = 0
    while true {
      count += 1
      guard count <= 8 * TemplateParser.deepestNesting else { throw error("an expression is too long") }
      if next == .symbol("|") {
        value = try filter(of: value)
      } else if take(.name("is")) {
        value = try test(of: value)
      } else if take(.symbol("(")) {
        value = .call(value, try arguments())
      } else {
        return value
      }
    }
  }

  /// The filter whose bar comes next.
  mutating func filter(of value: Expression) throws(TemplateError) -> Expression {
    try expect(.symbol("|"))
    let name = try name("a filter")
    guard TemplateEvaluator.filters.contains(name) else { throw error("the filter '\(name)' is not supported") }
    return .filter(value, name, take(.symbol("(")) ? try arguments() : [])
  }

  private mutating func test(of value: Expression) throws(TemplateError) -> Expression {
    let isNegated = take(.name("not"))
    let name: String
    switch next {
    case .symbol("=="): name = "=="
    default: name = try self.name("a test")
    }
    if name == "==" { index += 1 }
    guard TemplateEvaluator.tests.contains(name) else { throw error("the test '\(name)' is not supported") }
    var values: [Expression] = []
    switch next {
    case .symbol("("):
      index += 1
      values = try self.values(until: ")")
    case .name("else"), .name("or"), .name("and"), .name("if"), .name("is"), .name("in"), .name("not"): break
    case .name, .string, .integer, .number, .symbol("["), .symbol("{"):
      values = [try postfix(try primary())]
    default: break
    }
    let test = Expression.test(value, name, values)
    return isNegated ? .negation(test) : test
  }
}
