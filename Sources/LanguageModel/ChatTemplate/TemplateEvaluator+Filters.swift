/// Filters and tests.
extension TemplateEvaluator {
  static let filters: Set<String> = [
    "trim", "length", "count", "tojson", "join", "upper", "lower", "title", "capitalize", "first", "last", "default",
    "d",
    "replace", "list", "string", "int", "float", "abs", "items", "safe", "reverse", "map", "select", "reject",
    "selectattr", "rejectattr", "unique", "sum", "min", "max", "indent",
  ]

  static let tests: Set<String> = [
    "defined", "undefined", "none", "string", "mapping", "sequence", "iterable", "number", "integer", "float",
    "boolean",
    "true", "false", "odd", "even", "divisibleby", "equalto", "eq", "==", "ne", "in", "lt", "le", "gt", "ge", "sameas",
    "callable", "lower", "upper",
  ]

  mutating func apply(
    filter name: String, to value: TemplateValue, _ expressions: [TemplateExpression.Argument]
  ) throws(TemplateError) -> TemplateValue {
    var arguments: Arguments = []
    for (name, expression) in expressions { arguments.append((name, try evaluate(expression))) }
    func argument(_ index: Int, _ name: String) -> TemplateValue? {
      if let named = arguments.first(where: { $0.name == name }) { return named.value }
      let positional = arguments.filter { $0.name == nil }
      return index < positional.count ? positional[index].value : nil
    }
    switch name {
    case "default", "d":
      let replacesFalse = argument(1, "boolean")?.isTrue ?? false
      if case .undefined = value { return argument(0, "default_value") ?? .string("") }
      return replacesFalse && !value.isTrue ? argument(0, "default_value") ?? .string("") : value
    case "trim":
      var characters: String?
      if case .string(let set)? = argument(0, "chars") { characters = set }
      return .string(TemplateText.stripped(try text(of: value), of: characters, left: true, right: true))
    case "upper", "lower", "title", "capitalize", "replace":
      return try method(name, of: .string(try text(of: value)), arguments)
    case "string": return .string(try text(of: value))
    case "safe": return value
    case "tojson":
      var indent: Int?
      if let spaces = argument(0, "indent")?.integerValue, 0...64 ~= spaces { indent = spaces }
      return .string(try json(value, indent: indent))
    case "int", "float": return try number(value, isWhole: name == "int", default: argument(0, "default"))
    case "abs":
      if let integer = value.integerValue, integer != .min { return .integer(abs(integer)) }
      guard let number = value.numberValue else { throw error("\(value.kind) has no absolute value") }
      return .number(number.magnitude)
    case "indent": return .string(try indented(try text(of: value), argument(0, "width"), argument(1, "first")))
    case "items":
      if case .dictionary = value { return try method("items", of: value, []) }
      guard case .undefined = value else { throw error("\(value.kind) has no items") }
      return .list([])
    default: return try applyToList(name, value, arguments)
    }
  }

  private mutating func applyToList(_ name: String, _ value: TemplateValue, _ arguments: Arguments)
    throws(TemplateError) -> TemplateValue
  {
    guard let values = value.elements else {
      throw error("the filter '\(name)' takes a list or a string, not \(value.kind)")
    }
    try spend(values.count, bytes: 16 * values.count)
    switch name {
    case "length", "count": return .integer(values.count)
    case "list": return .list(values)
    case "first": return values.first ?? .undefined("first")
    case "last": return values.last ?? .undefined("last")
    case "reverse":
      if case .string = value { return .string(try join(values.reversed(), "")) }
      return .list(values.reversed())
    case "join":
      var parts = values
      if case .string(let attribute)? = arguments.first(where: { $0.name == "attribute" })?.value {
        parts = values.map { $0.member(attribute) ?? .undefined(attribute) }
      }
      let separator = arguments.first { $0.name == nil || $0.name == "d" }?.value
      return .string(try join(parts, try text(of: separator ?? .string(""))))
    case "unique":
      var kept: [TemplateValue] = []
      for value in values {
        var isNew = true
        for other in kept where try isEqual(other, value) { isNew = false }
        if isNew { kept.append(value) }
      }
      return .list(kept)
    case "sum":
      var sum = TemplateValue.integer(0)
      for value in values {
        guard let a = sum.integerValue, let b = value.integerValue else {
          sum = .number((sum.numberValue ?? 0) + (value.numberValue ?? 0))
          continue
        }
        let (total, overflow) = a.addingReportingOverflow(b)
        if overflow { throw error("a number grows too large") }
        sum = .integer(total)
      }
      return sum
    case "min", "max":
      guard var best = values.first else { return .undefined(name) }
      for value in values.dropFirst() where try compare(name == "min" ? "<" : ">", value, best) { best = value }
      return best
    default: return try select(name, values, arguments)
    }
  }

  /// `map`, `select`, `selectattr` and their opposites.
  private mutating func select(_ name: String, _ values: [TemplateValue], _ arguments: Arguments) throws(TemplateError)
    -> TemplateValue
  {
    var positional = arguments.filter { $0.name == nil }.map(\.value)
    var attribute: String?
    if name.hasSuffix("attr") {
      guard case .string(let first)? = positional.first else { throw error("'\(name)' takes an attribute's name") }
      attribute = first
      positional.removeFirst()
    } else if name == "map", case .string(let named)? = arguments.first(where: { $0.name == "attribute" })?.value {
      return .list(values.map { $0.member(named) ?? .undefined(named) })
    }
    var operation: String?
    if case .string(let first)? = positional.first {
      operation = first
      positional.removeFirst()
    }
    var result: [TemplateValue] = []
    for value in values {
      try spend()
      let subject = attribute.map { value.member($0) ?? .undefined($0) } ?? value
      if name == "map" {
        guard let operation, Self.filters.contains(operation), positional.isEmpty else {
          throw error("'map' takes an attribute or a filter without arguments")
        }
        result.append(try apply(filter: operation, to: subject, []))
        continue
      }
      if let operation, !Self.tests.contains(operation) { throw error("the test '\(operation)' is not supported") }
      let isSelected =
        try operation.map { (test) throws(TemplateError) in try holds(test: test, subject, positional) }
        ?? subject.isTrue
      if isSelected != name.hasPrefix("reject") { result.append(value) }
    }
    return .list(result)
  }

  private mutating func json(_ value: TemplateValue, indent: Int?) throws(TemplateError) -> String {
    var text = ""
    try value.appendJSON(to: &text, indent: indent, limit: Self.largestText, line: line)
    try spend(bytes: text.utf8.count)
    return text
  }

  private func number(_ value: TemplateValue, isWhole: Bool, default fallback: TemplateValue?) throws(TemplateError)
    -> TemplateValue
  {
    var number = value.numberValue
    if case .integer = value, isWhole { return value }
    if case .string(let text) = value {
      let trimmed = TemplateText.stripped(text, of: nil, left: true, right: true)
      if isWhole, let integer = Int(trimmed) { return .integer(integer) }
      number = Double(trimmed)
    }
    guard let number, !isWhole || number.magnitude < 9e18 else {
      return fallback ?? (isWhole ? .integer(0) : .number(0))
    }
    return isWhole ? .integer(Int(number)) : .number(number)
  }

  private mutating func indented(_ text: String, _ width: TemplateValue?, _ first: TemplateValue?) throws(TemplateError)
    -> String
  {
    let spaces = String(repeating: " ", count: min(max(width?.integerValue ?? 4, 0), 64))
    let lines = TemplateText.lines(text)
    try spend(bytes: lines.count * spaces.utf8.count)
    let rest = lines.enumerated().map { index, line in
      index == 0 ? (first?.isTrue ?? false ? spaces + line : line) : line.isEmpty ? line : spaces + line
    }
    return rest.joined(separator: "\n") + (text.hasSuffix("\n") ? "\n" : "")
  }

  mutating func holds(test name: String, _ value: TemplateValue, _ arguments: [TemplateValue]) throws(TemplateError)
    -> Bool
  {
    func argument() throws(TemplateError) -> TemplateValue {
      guard let first = arguments.first else { throw error("the test '\(name)' takes a value") }
      return first
    }
    switch (name, value) {
    case ("defined", .undefined): return false
    case ("defined", _): return true
    case ("undefined", .undefined), ("none", .none), ("string", .string), ("mapping", .dictionary),
      ("boolean", .boolean),
      ("true", .boolean(true)), ("false", .boolean(false)), ("integer", .integer), ("float", .number),
      ("number", .integer), ("number", .number), ("number", .boolean), ("callable", .macro), ("callable", .function):
      return true
    case ("sequence", .string), ("sequence", .list), ("sequence", .tuple), ("sequence", .dictionary),
      ("sequence", .undefined):
      return true
    case ("iterable", _): return value.elements != nil
    case ("lower", .string(let text)):
      return text.utf8.elementsEqual(text.lowercased().utf8) && text != text.uppercased()
    case ("upper", .string(let text)):
      return text.utf8.elementsEqual(text.uppercased().utf8) && text != text.lowercased()
    case ("odd", _), ("even", _):
      guard let integer = value.integerValue else { throw error("\(value.kind) is neither odd nor even") }
      return (integer % 2 == 0) == (name == "even")
    case ("divisibleby", _):
      guard let a = value.integerValue, let b = try argument().integerValue, b != 0 else {
        throw error("'divisibleby' takes whole numbers")
      }
      return a.isMultiple(of: b)
    case ("equalto", _), ("eq", _), ("==", _), ("sameas", _): return try compare("==", value, try argument())
    case ("ne", _): return try compare("!=", value, try argument())
    case ("in", _): return try compare("in", value, try argument())
    case ("lt", _): return try compare("<", value, try argument())
    case ("le", _): return try compare("<=", value, try argument())
    case ("gt", _): return try compare(">", value, try argument())
    case ("ge", _): return try compare(">=", value, try argument())
    default: return false
    }
  }
}
