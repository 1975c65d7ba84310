import Foundation

/// Renders a template, in bounded time and memory.
struct TemplateEvaluator {
  /// What the body of a loop ended with.
  private enum Flow { case onward, leave, proceed }

  private static let mostSteps = 2_000_000
  private static let mostBytes = 1 << 26
  private static let deepestCalls = 16
  /// Statements and expressions within each other, macros included: the machine's stack is not without end.
  private static let deepestEvaluation = 300
  /// Lists within lists.
  private static let deepestValue = 32
  /// Of one text or of the whole output.
  static let largestText = 1 << 24

  /// The innermost last; names that a macro sees first.
  var scopes: [[String: TemplateValue]]
  var namespaces: [[String: TemplateValue]] = []
  var macros: [TemplateMacro] = []
  let date: Date
  private var output = ""
  private var steps = 0
  private var bytes = 0
  private var calls = 0
  private var depth = 0
  private var loopDepth = 0
  /// Of the statement at work.
  private(set) var line = 1

  init(_ variables: [(String, TemplateValue)], date: Date) {
    self.date = date
    scopes = [[:]]
    for name in ["raise_exception", "strftime_now", "namespace", "range", "dict"] { scopes[0][name] = .function(name) }
    for (name, value) in variables { scopes[0][name] = value }
  }

  mutating func render(_ statements: [TemplateStatement]) throws(TemplateError) -> String {
    _ = try run(statements)
    return output
  }

  func error(_ message: String) -> TemplateError { TemplateError(message, line: line) }

  /// Takes `count` steps and `bytes` of memory off what the template may use.
  mutating func spend(_ count: Int = 1, bytes byteCount: Int = 0) throws(TemplateError) {
    steps += count
    bytes += byteCount
    if steps > Self.mostSteps || bytes > Self.mostBytes {
      throw error("the template takes more than \(Self.mostSteps) steps or \(Self.mostBytes) bytes")
    }
  }

  /// One level deeper, until `leave`.
  mutating func enter() throws(TemplateError) {
    depth += 1
    guard depth <= Self.deepestEvaluation else { throw error("the template is nested too deep") }
    try spend()
  }

  mutating func leave() { depth -= 1 }

  /// Counts what `value` holds, so that no value is deeper or larger than the bounds.
  mutating func spend(on value: TemplateValue, depth: Int = 0) throws(TemplateError) {
    guard depth <= Self.deepestValue else { throw error("lists are nested deeper than \(Self.deepestValue)") }
    try spend()
    switch value {
    case .list(let values), .tuple(let values): for value in values { try spend(on: value, depth: depth + 1) }
    case .dictionary(let members): for member in members { try spend(on: member.value, depth: depth + 1) }
    case .loop(let loop): for value in loop.items { try spend(on: value, depth: depth + 1) }
    case .undefined, .none, .boolean, .integer, .number, .string, .namespace, .macro, .function: return
    }
  }

  func value(of name: String) -> TemplateValue {
    for scope in scopes.reversed() {
      if let value = scope[name] { return value }
    }
    return .undefined(name)
  }

  private mutating func write(_ text: String) throws(TemplateError) {
    try spend(bytes: text.utf8.count)
    guard output.utf8.count + text.utf8.count <= Self.largestText else {
      throw error("the text grows beyond \(Self.largestText) bytes")
    }
    output += text
  }

  private mutating func run(_ statements: [TemplateStatement]) throws(TemplateError) -> Flow {
    for statement in statements {
      let flow = try run(statement)
      if flow != .onward { return flow }
    }
    return .onward
  }

  private mutating func run(_ statement: TemplateStatement) throws(TemplateError) -> Flow {
    try enter()
    defer { leave() }
    switch statement {
    case .text(let text): try write(text)
    case .output(let expression, let line):
      self.line = line
      try write(try text(of: try evaluate(expression)))
    case .condition(let branches, let otherwise, let line):
      for (condition, body) in branches {
        self.line = line
        if try evaluate(condition).isTrue { return try run(body) }
      }
      return try run(otherwise)
    case .loop(let target, let values, let filter, let body, let otherwise, let line):
      self.line = line
      try loop(target, try evaluate(values), filter, body, otherwise)
    case .set(let target, let expression, let line):
      self.line = line
      try assign(try evaluate(expression), to: target)
    case .setBlock(let target, let body, let filters, let line):
      self.line = line
      var value = TemplateValue.string(
        try captured { (evaluator) throws(TemplateError) in _ = try evaluator.run(body) })
      for case .filter(_, let name, let arguments) in filters {
        value = try apply(filter: name, to: value, arguments)
      }
      try assign(value, to: target)
    case .macro(let macro):
      macros.append(macro)
      scopes[scopes.count - 1][macro.name] = .macro(macros.count - 1)
    case .leaveLoop(let continues): return continues ? .proceed : .leave
    }
    return .onward
  }

  /// What `body` writes, kept from the output.
  private mutating func captured(
    _ body: (inout TemplateEvaluator) throws(TemplateError) -> Void
  ) throws(TemplateError) -> String {
    let outer = output
    output = ""
    try body(&self)
    defer { output = outer }
    return output
  }

  private mutating func loop(
    _ target: TemplateTarget, _ values: TemplateValue, _ filter: TemplateExpression?, _ body: [TemplateStatement],
    _ otherwise: [TemplateStatement]
  ) throws(TemplateError) {
    guard var items = values.elements else { throw error("\(values.kind) cannot be looped over") }
    try spend(items.count, bytes: 16 * items.count)
    loopDepth += 1
    defer { loopDepth -= 1 }
    scopes.append([:])
    defer { scopes.removeLast() }
    let place = scopes.count - 1
    if let filter {
      var kept: [TemplateValue] = []
      for item in items {
        scopes[place] = [:]
        try assign(item, to: target)
        if try evaluate(filter).isTrue { kept.append(item) }
      }
      items = kept
    }
    for (index, item) in items.enumerated() {
      try spend()
      scopes[place] = ["loop": .loop(TemplateLoop(items: items, index: index, depth: loopDepth))]
      try assign(item, to: target)
      if try run(body) == .leave { break }
    }
    scopes[place] = [:]
    if items.isEmpty { _ = try run(otherwise) }
  }

  private mutating func assign(_ value: TemplateValue, to target: TemplateTarget) throws(TemplateError) {
    switch target {
    case .name(let name): scopes[scopes.count - 1][name] = value
    case .names(let names):
      guard let values = value.elements, values.count == names.count else {
        throw error("\(value.kind) cannot be taken apart into \(names.count) names")
      }
      for (name, value) in zip(names, values) { scopes[scopes.count - 1][name] = value }
    case .attribute(let namespace, let name):
      guard case .namespace(let number) = self.value(of: namespace) else {
        throw error("'\(namespace)' is no namespace, so that '\(name)' cannot be set")
      }
      namespaces[number][name] = value
    }
  }

  /// What the macro writes.
  mutating func call(
    _ macro: TemplateMacro, _ arguments: [(name: String?, value: TemplateValue)]
  ) throws(TemplateError) -> TemplateValue {
    guard calls < Self.deepestCalls else { throw error("macros call each other too deep") }
    calls += 1
    defer { calls -= 1 }
    var local: [String: TemplateValue] = [:]
    let positional = arguments.filter { $0.name == nil }
    guard positional.count <= macro.parameters.count else {
      throw error("the macro '\(macro.name)' takes \(macro.parameters.count) arguments")
    }
    for (parameter, argument) in zip(macro.parameters, positional) { local[parameter.name] = argument.value }
    for case (let name?, let value) in arguments {
      guard macro.parameters.contains(where: { $0.name == name }), local[name] == nil else {
        throw error("the macro '\(macro.name)' takes no argument '\(name)' here")
      }
      local[name] = value
    }
    let outer = scopes
    defer { scopes = outer }
    scopes = [outer[0], local]
    for parameter in macro.parameters where scopes[1][parameter.name] == nil {
      scopes[1][parameter.name] =
        try parameter.value.map { (value) throws(TemplateError) in try evaluate(value) } ?? .undefined(parameter.name)
    }
    return .string(try captured { (evaluator) throws(TemplateError) in _ = try evaluator.run(macro.body) })
  }

  /// Python's `str` of a value; an undefined one is nothing.
  mutating func text(of value: TemplateValue) throws(TemplateError) -> String {
    let text = value.text(limit: Self.largestText)
    try spend(bytes: text.utf8.count)
    guard text.utf8.count <= Self.largestText else { throw error("the text grows beyond \(Self.largestText) bytes") }
    return text
  }
}
