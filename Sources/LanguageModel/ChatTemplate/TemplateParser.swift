/// Reads the statements of a template; a statement that is not supported is refused by its name.
struct TemplateParser {
  static let deepestNesting = 48

  private var expressions: TemplateExpressionParser
  private var depth = 0
  private var loopDepth = 0

  init(_ source: String) throws(TemplateError) {
    expressions = TemplateExpressionParser(try TemplateLexer(source).tokens)
  }

  mutating func parse() throws(TemplateError) -> [TemplateStatement] {
    let (statements, end) = try body(until: [])
    if let end { throw expressions.error("'\(end)' closes nothing") }
    return statements
  }

  /// The statements up to a tag of one of these names, whose name has been read then.
  private mutating func body(until ends: [String]) throws(TemplateError) -> (
    statements: [TemplateStatement], end: String?
  ) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepestNesting else { throw expressions.error("blocks are nested too deep") }
    var statements: [TemplateStatement] = []
    while let token = expressions.next {
      let line = expressions.line
      expressions.advance()
      switch token {
      case .text(let text): statements.append(.text(text))
      case .mark("{{"):
        statements.append(.output(try expressions.tuple(), line: line))
        try expressions.expect(.mark("}}"))
      default:
        let name = try expressions.name("a statement")
        if ends.contains(name) { return (statements, name) }
        if let statement = try statement(name, line: line) { statements += statement }
      }
    }
    if let end = ends.last { throw expressions.error("'\(end)' is missing") }
    return (statements, nil)
  }

  /// The statement whose name has been read, to its end.
  private mutating func statement(_ name: String, line: Int) throws(TemplateError) -> [TemplateStatement]? {
    switch name {
    case "if": return [try condition(line)]
    case "for": return [try loop(line)]
    case "set": return [try set(line)]
    case "macro": return [try macro(line)]
    case "break", "continue":
      guard loopDepth > 0 else { throw expressions.error("'\(name)' stands outside a loop") }
      try closeTag()
      return [.leaveLoop(continues: name == "continue")]
    case "generation":
      // Marks the assistant's tokens for training; it writes nothing.
      try closeTag()
      let (statements, _) = try body(until: ["endgeneration"])
      try closeTag()
      return statements
    default:
      throw expressions.error(
        name.hasPrefix("end") || name == "else" || name == "elif"
          ? "'\(name)' closes nothing"
          : "the statement '\(name)' is not supported; supported: if, for, set, macro, break, continue, generation")
    }
  }

  private mutating func closeTag() throws(TemplateError) { try expressions.expect(.mark("%}")) }

  private mutating func condition(_ line: Int) throws(TemplateError) -> TemplateStatement {
    var branches: [(condition: TemplateExpression, body: [TemplateStatement])] = []
    var otherwise: [TemplateStatement] = []
    var tag = "if"
    while tag != "endif" {
      if tag == "else" {
        try closeTag()
        (otherwise, _) = try body(until: ["endif"])
        tag = "endif"
      } else {
        let condition = try expressions.tuple()
        try closeTag()
        let (statements, end) = try body(until: ["elif", "else", "endif"])
        branches.append((condition, statements))
        tag = end ?? "endif"
      }
    }
    try closeTag()
    return .condition(branches, otherwise: otherwise, line: line)
  }

  private mutating func loop(_ line: Int) throws(TemplateError) -> TemplateStatement {
    let target = try target()
    try expressions.expect(.name("in"))
    let values = try expressions.tuple(withoutChoice: true)
    let filter = expressions.take(.name("if")) ? try expressions.expression() : nil
    if expressions.next == .name("recursive") { throw expressions.error("'recursive' is not supported") }
    try closeTag()
    loopDepth += 1
    let (statements, end) = try body(until: ["else", "endfor"])
    loopDepth -= 1
    var otherwise: [TemplateStatement] = []
    if end == "else" {
      try closeTag()
      (otherwise, _) = try body(until: ["endfor"])
    }
    try closeTag()
    return .loop(target, values, filter: filter, body: statements, otherwise: otherwise, line: line)
  }

  private mutating func set(_ line: Int) throws(TemplateError) -> TemplateStatement {
    let target = try target()
    if expressions.take(.symbol("=")) {
      let value = try expressions.tuple()
      try closeTag()
      return .set(target, value, line: line)
    }
    var filters: [TemplateExpression] = []
    while expressions.next == .symbol("|") {
      filters.append(try expressions.filter(of: .name("")))
    }
    try closeTag()
    let (statements, _) = try body(until: ["endset"])
    try closeTag()
    return .setBlock(target, statements, filters: filters, line: line)
  }

  private mutating func target() throws(TemplateError) -> TemplateTarget {
    let isEnclosed = expressions.take(.symbol("("))
    let first = try expressions.name("a variable")
    if expressions.take(.symbol(".")) {
      return .attribute(namespace: first, name: try expressions.name("an attribute"))
    }
    var names = [first]
    while expressions.take(.symbol(",")) {
      guard case .name(let name)? = expressions.next, name != "in" else { break }
      names.append(name)
      expressions.advance()
    }
    if isEnclosed { try expressions.expect(.symbol(")")) }
    return names.count == 1 ? .name(first) : .names(names)
  }

  private mutating func macro(_ line: Int) throws(TemplateError) -> TemplateStatement {
    let name = try expressions.name("a macro's name")
    try expressions.expect(.symbol("("))
    var parameters: [(name: String, value: TemplateExpression?)] = []
    while !expressions.take(.symbol(")")) {
      if !parameters.isEmpty { try expressions.expect(.symbol(",")) }
      let parameter = try expressions.name("a parameter")
      parameters.append((parameter, expressions.take(.symbol("=")) ? try expressions.expression() : nil))
    }
    try closeTag()
    let outerLoopDepth = loopDepth
    loopDepth = 0
    let (statements, _) = try body(until: ["endmacro"])
    loopDepth = outerLoopDepth
    try closeTag()
    return .macro(TemplateMacro(name: name, parameters: parameters, body: statements, line: line))
  }
}
