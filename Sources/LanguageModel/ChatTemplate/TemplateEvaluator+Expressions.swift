import Foundation

extension TemplateEvaluator {
  mutating func evaluate(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
    try enter()
    defer { leave() }
    switch expression {
    case .literal(let value): return value
    case .name(let name): return value(of: name)
    case .list(let expressions, let isTuple):
      let values = try evaluate(expressions)
      let list = isTuple ? TemplateValue.tuple(values) : .list(values)
      try spend(on: list)
      return list
    case .dictionary(let pairs): return try dictionary(pairs)
    case .attribute(let base, let name): return try attribute(name, of: try evaluate(base))
    case .item(let base, let key): return try item(try evaluate(key), of: try evaluate(base))
    case .slice(let base, let start, let end, let step):
      return try slice(
        try evaluate(base), try bound(start), try bound(end), try bound(step))
    case .call(let function, let arguments): return try call(function, arguments)
    case .filter(let value, let name, let arguments):
      return try apply(filter: name, to: try evaluate(value), arguments)
    case .test(let value, let name, let arguments):
      return .boolean(try holds(test: name, try evaluate(value), try evaluate(arguments)))
    case .negation(let value): return .boolean(!(try evaluate(value).isTrue))
    case .minus(let operand):
      let value = try evaluate(operand)
      if let integer = value.integerValue, integer != .min { return .integer(-integer) }
      guard let number = value.numberValue else { throw error("\(value.kind) has no negative") }
      return .number(-number)
    case .binary(let symbol, let left, let right):
      return try combine(symbol, try evaluate(left), try evaluate(right))
    case .both(let left, let right):
      let value = try evaluate(left)
      return value.isTrue ? try evaluate(right) : value
    case .either(let left, let right):
      let value = try evaluate(left)
      return value.isTrue ? value : try evaluate(right)
    case .comparison(let first, let others):
      var left = try evaluate(first)
      for (operation, value) in others {
        let right = try evaluate(value)
        if !(try compare(operation, left, right)) { return .boolean(false) }
        left = right
      }
      return .boolean(true)
    case .choice(let condition, let value, let otherwise):
      if try evaluate(condition).isTrue { return try evaluate(value) }
      return try otherwise.map { (expression) throws(TemplateError) in try evaluate(expression) } ?? .undefined("")
    }
  }

  private mutating func evaluate(_ expressions: [TemplateExpression]) throws(TemplateError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    for expression in expressions { values.append(try evaluate(expression)) }
    return values
  }

  private mutating func dictionary(
    _ pairs: [(key: TemplateExpression, value: TemplateExpression)]
  ) throws(TemplateError) -> TemplateValue {
    var members: [TemplateMember] = []
    for (key, value) in pairs {
      let key = try evaluate(key)
      guard case .string(let name) = key else { throw error("a dictionary's key must be a string, not \(key.kind)") }
      let member = TemplateMember(name, try evaluate(value))
      if let index = members.firstIndex(where: { $0.key.utf8.elementsEqual(name.utf8) }) {
        members[index] = member
      } else {
        members.append(member)
      }
    }
    try spend(on: .dictionary(members))
    return .dictionary(members)
  }

  private mutating func attribute(_ name: String, of base: TemplateValue) throws(TemplateError) -> TemplateValue {
    switch base {
    case .undefined: throw error("\(base.kind) has no attribute '\(name)'")
    case .namespace(let number): return namespaces[number][name] ?? .undefined(name)
    case .loop(let loop): return loop.attribute(name)
    default: return base.member(name) ?? .undefined(name)
    }
  }

  private func item(_ key: TemplateValue, of base: TemplateValue) throws(TemplateError) -> TemplateValue {
    switch (base, key) {
    case (.undefined, _): throw error("\(base.kind) has no items")
    case (.dictionary, .string(let name)): return base.member(name) ?? .undefined(name)
    case (.namespace(let number), .string(let name)): return namespaces[number][name] ?? .undefined(name)
    case (.list, _), (.tuple, _), (.string, _):
      guard let index = key.integerValue, let values = base.elements else { return .undefined("item") }
      let place = index < 0 ? index + values.count : index
      return values.indices.contains(place) ? values[place] : .undefined("\(index)")
    default: return .undefined("item")
    }
  }

  private mutating func bound(_ expression: TemplateExpression?) throws(TemplateError) -> Int? {
    guard let expression else { return nil }
    let value = try evaluate(expression)
    if case .none = value { return nil }
    guard let integer = value.integerValue else {
      throw error("a slice must be bounded by whole numbers, not \(value.kind)")
    }
    // Beyond any text's length, where all bounds mean the same.
    return max(min(integer, 1 << 40), -(1 << 40))
  }

  /// Python's `value[start:end:step]`.
  private mutating func slice(_ base: TemplateValue, _ start: Int?, _ end: Int?, _ step: Int?) throws(TemplateError)
    -> TemplateValue
  {
    if case .undefined = base { throw error("\(base.kind) has no items") }
    if case .dictionary = base { throw error("a dictionary cannot be sliced") }
    guard let values = base.elements else { throw error("\(base.kind) cannot be sliced") }
    try spend(values.count / 16, bytes: 16 * values.count)
    let step = step ?? 1
    guard step != 0 else { throw error("the step of a slice must not be 0") }
    func clamped(_ index: Int, _ low: Int, _ high: Int) -> Int {
      min(max(index < 0 ? index + values.count : index, low), high)
    }
    var picked: [TemplateValue] = []
    if step > 0 {
      let last = end.map { clamped($0, 0, values.count) } ?? values.count
      for index in stride(from: start.map { clamped($0, 0, values.count) } ?? 0, to: last, by: step) {
        picked.append(values[index])
      }
    } else {
      let last = end.map { clamped($0, -1, values.count - 1) } ?? -1
      for index in stride(from: start.map { clamped($0, -1, values.count - 1) } ?? values.count - 1, to: last, by: step)
      {
        picked.append(values[index])
      }
    }
    switch base {
    case .string: return .string(picked.reduce(into: "") { $0 += $1.text(limit: Self.largestText) })
    case .tuple: return .tuple(picked)
    default: return .list(picked)
    }
  }

  private mutating func call(
    _ function: TemplateExpression, _ arguments: [TemplateExpression.Argument]
  ) throws(TemplateError) -> TemplateValue {
    var values: [(name: String?, value: TemplateValue)] = []
    for (name, value) in arguments { values.append((name, try evaluate(value))) }
    if case .attribute(let base, let name) = function {
      let value = try evaluate(base)
      if case .dictionary = value, Self.dictionaryMethods.contains(name) { return try method(name, of: value, values) }
      if case .string = value { return try method(name, of: value, values) }
      if case .list = value { return try method(name, of: value, values) }
      if case .loop(let loop) = value, name == "cycle", !values.isEmpty {
        return values[loop.index % values.count].value
      }
      return try call(try attribute(name, of: value), values, name: name)
    }
    let name = if case .name(let name) = function { name } else { "this" }
    return try call(try evaluate(function), values, name: name)
  }

  private mutating func call(
    _ function: TemplateValue, _ arguments: [(name: String?, value: TemplateValue)], name: String
  ) throws(TemplateError) -> TemplateValue {
    switch function {
    case .macro(let number): return try call(macros[number], arguments)
    case .function("raise_exception"):
      throw TemplateError(try text(of: arguments.first?.value ?? .none))
    case .function("strftime_now"):
      return .string(TemplateDate.text(try text(of: arguments.first?.value ?? .none), date))
    case .function("namespace"), .function("dict"):
      var members: [TemplateMember] = []
      for case (let name?, let value) in arguments { members.append(TemplateMember(name, value)) }
      for case (nil, .dictionary(let more)) in arguments { members = more + members }
      try spend(on: .dictionary(members))
      if case .function("dict") = function { return .dictionary(members) }
      guard namespaces.count < 100_000 else { throw error("there are too many namespaces") }
      namespaces.append(Dictionary(members.map { ($0.key, $0.value) }) { _, last in last })
      return .namespace(namespaces.count - 1)
    case .function("range"): return try range(arguments.map(\.value))
    default: throw error("'\(name)' is \(function.kind) and cannot be called")
    }
  }

  private mutating func range(_ arguments: [TemplateValue]) throws(TemplateError) -> TemplateValue {
    let bounds = arguments.compactMap(\.integerValue)
    guard bounds.count == arguments.count, (1...3).contains(bounds.count) else {
      throw error("range takes one to three whole numbers")
    }
    let start = bounds.count > 1 ? bounds[0] : 0
    let end = bounds.count > 1 ? bounds[1] : bounds[0]
    let step = bounds.count > 2 ? bounds[2] : 1
    let (width, overflow) = end.subtractingReportingOverflow(start)
    // As in Jinja 2's sandbox.
    guard step != 0, step != .min, !overflow, width.magnitude / step.magnitude < 100_000 else {
      throw error("a range must have a step and at most 100000 items")
    }
    let values = stride(from: start, to: end, by: step).map { TemplateValue.integer($0) }
    try spend(values.count, bytes: 16 * values.count)
    return .list(values)
  }

  private mutating func combine(_ symbol: String, _ left: TemplateValue, _ right: TemplateValue) throws(TemplateError)
    -> TemplateValue
  {
    if symbol == "~" {
      let (left, right) = (try text(of: left), try text(of: right))
      return .string(left + right)
    }
    switch (symbol, left, right) {
    case ("+", .string(let a), .string(let b)):
      try spend(bytes: a.utf8.count + b.utf8.count)
      return .string(a + b)
    case ("+", .list(let a), .list(let b)):
      try spend(bytes: 16 * (a.count + b.count))
      return .list(a + b)
    case ("*", .string(let text), .integer(let count)):
      let size = text.utf8.count.multipliedReportingOverflow(by: max(count, 0))
      guard !size.overflow, size.partialValue <= Self.largestText else { throw error("the text grows too large") }
      try spend(bytes: size.partialValue)
      return .string(String(repeating: text, count: max(count, 0)))
    default: break
    }
    if let a = left.integerValue, let b = right.integerValue, let result = try integer(symbol, a, b) {
      return .integer(result)
    }
    guard let a = left.numberValue, let b = right.numberValue else {
      throw error("'\(symbol)' cannot join \(left.kind) and \(right.kind)")
    }
    switch symbol {
    case "+": return .number(a + b)
    case "-": return .number(a - b)
    case "*": return .number(a * b)
    case "**": return .number(pow(a, b))
    default: break
    }
    guard b != 0 else { throw error("a division by zero") }
    switch symbol {
    case "//": return .number((a / b).rounded(.down))
    case "%": return .number(a - b * (a / b).rounded(.down))
    default: return .number(a / b)
    }
  }

  /// nil where the result is no whole number.
  private func integer(_ symbol: String, _ a: Int, _ b: Int) throws(TemplateError) -> Int? {
    let result: (partialValue: Int, overflow: Bool)
    switch symbol {
    case "+": result = a.addingReportingOverflow(b)
    case "-": result = a.subtractingReportingOverflow(b)
    case "*": result = a.multipliedReportingOverflow(by: b)
    case "//", "%":
      guard b != 0, !(a == .min && b == -1) else { throw error("a division by zero") }
      // Python rounds down, and the remainder has the divisor's sign.
      let isLower = a % b != 0 && (a < 0) != (b < 0)
      return symbol == "//" ? a / b - (isLower ? 1 : 0) : a % b + (isLower ? b : 0)
    case "**":
      guard 0..<64 ~= b else { return nil }
      var power = (partialValue: 1, overflow: false)
      for _ in 0..<b where !power.overflow { power = power.partialValue.multipliedReportingOverflow(by: a) }
      result = power
    default: return nil
    }
    if result.overflow { throw error("a number grows too large") }
    return result.partialValue
  }

  mutating func compare(_ operation: String, _ left: TemplateValue, _ right: TemplateValue) throws(TemplateError)
    -> Bool
  {
    switch operation {
    case "==": return try isEqual(left, right)
    case "!=": return !(try isEqual(left, right))
    case "in": return try contains(right, left)
    case "not in": return !(try contains(right, left))
    default: break
    }
    let order: Int
    if let a = left.numberValue, let b = right.numberValue {
      order = a < b ? -1 : a > b ? 1 : 0
    } else if case .string(let a) = left, case .string(let b) = right {
      order = a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : a.utf8.elementsEqual(b.utf8) ? 0 : 1
    } else {
      throw error("\(left.kind) and \(right.kind) have no order")
    }
    switch operation {
    case "<": return order < 0
    case "<=": return order <= 0
    case ">": return order > 0
    default: return order >= 0
    }
  }

  mutating func isEqual(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateError) -> Bool {
    var count = 0
    let isEqual = TemplateValue.isEqual(left, right, counting: &count)
    try spend(count)
    return isEqual
  }

  private mutating func contains(_ container: TemplateValue, _ value: TemplateValue) throws(TemplateError) -> Bool {
    switch (container, value) {
    case (.string(let text), .string(let part)):
      return part.isEmpty || !TemplateText.occurrences(of: part, in: text, limit: 1).isEmpty
    case (.list(let values), _), (.tuple(let values), _):
      for candidate in values where try isEqual(candidate, value) { return true }
      return false
    case (.dictionary, .string(let name)): return container.member(name) != nil
    case (.dictionary, _), (.undefined, _): return false
    default: throw error("\(container.kind) cannot hold \(value.kind)")
    }
  }
}

extension TemplateLoop {
  fileprivate func attribute(_ name: String) -> TemplateValue {
    switch name {
    case "index": .integer(index + 1)
    case "index0": .integer(index)
    case "revindex": .integer(items.count - index)
    case "revindex0": .integer(items.count - index - 1)
    case "first": .boolean(index == 0)
    case "last": .boolean(index == items.count - 1)
    case "length": .integer(items.count)
    case "depth": .integer(depth)
    case "depth0": .integer(depth - 1)
    case "previtem": index > 0 ? items[index - 1] : .undefined(name)
    case "nextitem": index + 1 < items.count ? items[index + 1] : .undefined(name)
    default: .undefined(name)
    }
  }
}
