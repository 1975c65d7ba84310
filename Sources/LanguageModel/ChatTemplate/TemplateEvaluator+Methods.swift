/// The methods of texts, lists and dictionaries.
extension TemplateEvaluator {
  typealias Arguments = [(name: String?, value: TemplateValue)]

  static let dictionaryMethods: Set<String> = ["items", "keys", "values", "get"]

  mutating func method(_ name: String, of value: TemplateValue, _ arguments: Arguments) throws(TemplateError)
    -> TemplateValue
  {
    switch value {
    case .dictionary(let members): return try method(name, of: members, value, arguments)
    case .string(let text):
      try spend(text.utf8.count / 64, bytes: text.utf8.count)
      return try method(name, of: text, arguments)
    case .list(let values):
      switch name {
      case "index":
        for (place, value) in values.enumerated() where try isEqual(value, arguments.first?.value ?? .none) {
          return .integer(place)
        }
        throw error("the list does not hold the value")
      case "count":
        var count = 0
        for value in values where try isEqual(value, arguments.first?.value ?? .none) { count += 1 }
        return .integer(count)
      // Jinja 2's sandbox refuses to change values as well.
      default: throw error("the method '\(name)' of a list is not supported")
      }
    default: throw error("\(value.kind) has no method '\(name)'")
    }
  }

  private func method(
    _ name: String, of members: [TemplateMember], _ value: TemplateValue, _ arguments: Arguments
  ) throws(TemplateError) -> TemplateValue {
    switch name {
    case "items": return .list(members.map { .tuple([.string($0.key), $0.value]) })
    case "keys": return .list(members.map { .string($0.key) })
    case "values": return .list(members.map(\.value))
    default:
      guard case .string(let key)? = arguments.first?.value else { throw error("'get' takes a key") }
      return value.member(key) ?? (arguments.count > 1 ? arguments[1].value : .none)
    }
  }

  private mutating func method(_ name: String, of text: String, _ arguments: Arguments) throws(TemplateError)
    -> TemplateValue
  {
    func string(_ index: Int) throws(TemplateError) -> String {
      guard index < arguments.count, case .string(let value) = arguments[index].value else {
        throw error("'\(name)' takes a string")
      }
      return value
    }
    func limit(_ index: Int) -> Int {
      guard index < arguments.count, let count = arguments[index].value.integerValue, count >= 0 else { return .max }
      return count
    }
    switch name {
    case "strip", "lstrip", "rstrip":
      var set: String?
      if case .string(let characters)? = arguments.first?.value { set = characters }
      return .string(TemplateText.stripped(text, of: set, left: name != "rstrip", right: name != "lstrip"))
    case "split":
      if case .string(let separator)? = arguments.first?.value {
        guard !separator.isEmpty else { throw error("'split' takes a separator that is not empty") }
        return .list(TemplateText.split(text, at: separator, limit: limit(1)).map { .string($0) })
      }
      return .list(TemplateText.splitAtWhitespace(text, limit: limit(1)).map { .string($0) })
    case "rsplit":
      let parts = TemplateText.split(text, at: try string(0), limit: .max)
      let kept = min(limit(1), parts.count - 1)
      let first = parts.dropLast(kept).joined(separator: try string(0))
      return .list(([first] + parts.suffix(kept)).map { .string($0) })
    case "splitlines": return .list(TemplateText.lines(text).map { .string($0) })
    case "startswith", "endswith":
      guard let first = arguments.first?.value else { throw error("'\(name)' takes a string") }
      let choices = if case .tuple(let values) = first { values } else { [first] }
      for case .string(let choice) in choices
      where name == "startswith"
        ? text.utf8.starts(with: choice.utf8) : text.utf8.suffix(choice.utf8.count).elementsEqual(choice.utf8)
      {
        return .boolean(true)
      }
      return .boolean(false)
    case "replace":
      let (old, new) = (try string(0), try string(1))
      let growth = (text.utf8.count / max(old.utf8.count, 1) + 1).multipliedReportingOverflow(by: new.utf8.count)
      guard !old.isEmpty, !growth.overflow, growth.partialValue <= Self.largestText else {
        throw error("'replace' of nothing, or into too large a text, is not supported")
      }
      try spend(bytes: growth.partialValue)
      return .string(TemplateText.replaced(old, by: new, in: text, limit: limit(2)))
    case "upper": return .string(text.uppercased())
    case "lower": return .string(text.lowercased())
    case "capitalize": return .string(TemplateText.capitalized(text))
    case "title": return .string(TemplateText.titled(text))
    case "find":
      let place = TemplateText.occurrences(of: try string(0), in: text, limit: 1).first
      guard let place else { return .integer(try string(0).isEmpty ? 0 : -1) }
      return .integer(String(decoding: Array(text.utf8)[..<place], as: UTF8.self).unicodeScalars.count)
    case "count": return .integer(TemplateText.occurrences(of: try string(0), in: text).count)
    case "join":
      guard let values = arguments.first?.value.elements else { throw error("'join' takes a list") }
      return .string(try join(values, text))
    case "isdigit":
      let isDigits =
        !text.isEmpty
        && text.unicodeScalars.allSatisfy {
          $0.properties.numericType == .decimal || $0.properties.numericType == .digit
        }
      return .boolean(isDigits)
    default: throw error("the method '\(name)' of a string is not supported")
    }
  }

  mutating func join(_ values: [TemplateValue], _ separator: String) throws(TemplateError) -> String {
    var result = ""
    for (index, value) in values.enumerated() {
      try spend(bytes: separator.utf8.count)
      if index > 0 { result += separator }
      result += try text(of: value)
    }
    return result
  }
}
