/// A value that a template computes with, as Python has it.
indirect enum TemplateValue: Sendable {
  /// A name that stands for nothing.
  case undefined(String)
  case none
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case list([TemplateValue])
  case tuple([TemplateValue])
  case dictionary([TemplateMember])
  /// Of the evaluator, by number: the values that `set ns.name` changes.
  case namespace(Int)
  /// Of the evaluator, by number.
  case macro(Int)
  /// What `loop` names.
  case loop(TemplateLoop)
  case function(String)
}

/// An entry of a dictionary, in the order in which it came.
struct TemplateMember: Sendable {
  let key: String
  let value: TemplateValue

  init(_ key: String, _ value: TemplateValue) {
    self.key = key
    self.value = value
  }
}

/// Where a `for` stands.
struct TemplateLoop: Sendable {
  let items: [TemplateValue]
  let index: Int
  let depth: Int
}

extension TemplateValue {
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .boolean(let value): value
    case .integer(let value): value != 0
    case .number(let value): value != 0
    case .string(let value): !value.isEmpty
    case .list(let values), .tuple(let values): !values.isEmpty
    case .dictionary(let members): !members.isEmpty
    case .namespace, .macro, .loop, .function: true
    }
  }

  /// What a loop over the value visits; nil where it cannot be visited.
  var elements: [TemplateValue]? {
    switch self {
    case .undefined: []
    case .list(let values), .tuple(let values): values
    case .string(let text): text.unicodeScalars.map { .string(String(Character($0))) }
    case .dictionary(let members): members.map { .string($0.key) }
    default: nil
    }
  }

  var numberValue: Double? {
    switch self {
    case .boolean(let value): value ? 1 : 0
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// A whole number, which `true` and `false` are too.
  var integerValue: Int? {
    switch self {
    case .boolean(let value): value ? 1 : 0
    case .integer(let value): value
    default: nil
    }
  }

  /// What messages call the kind of the value.
  var kind: String {
    switch self {
    case .undefined(let name): "undefined '\(name.prefix(60))'"
    case .none: "none"
    case .boolean: "a boolean"
    case .integer, .number: "a number"
    case .string: "a string"
    case .list, .tuple: "a list"
    case .dictionary: "a dictionary"
    case .namespace: "a namespace"
    case .macro, .function: "a function"
    case .loop: "the loop"
    }
  }

  /// Python's `==`.
  ///
  /// - Parameter count: grows by the number of values looked at.
  static func isEqual(_ left: TemplateValue, _ right: TemplateValue, counting count: inout Int) -> Bool {
    count += 1
    switch (left, right) {
    case (.undefined, .undefined), (.none, .none): return true
    // Byte for byte: Swift takes canonically equivalent strings for equal.
    case (.string(let a), .string(let b)): return a.utf8.elementsEqual(b.utf8)
    case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
      guard a.count == b.count else { return false }
      for (left, right) in zip(a, b) where !isEqual(left, right, counting: &count) { return false }
      return true
    case (.dictionary(let a), .dictionary(let b)):
      guard a.count == b.count else { return false }
      for member in a {
        guard let other = right.member(member.key), isEqual(member.value, other, counting: &count) else { return false }
      }
      return true
    default:
      if let a = left.integerValue, let b = right.integerValue { return a == b }
      if let a = left.numberValue, let b = right.numberValue { return a == b }
      return false
    }
  }

  func member(_ name: String) -> TemplateValue? {
    guard case .dictionary(let members) = self else { return nil }
    return members.last { $0.key.utf8.elementsEqual(name.utf8) }?.value
  }
}
