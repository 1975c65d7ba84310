import Core
import Yams

/// One mapping of a YAML file, read key by key. Every failure names file, line and key, and says what would be right.
struct ConfigurationSection {
  private let file: String
  /// Dotted path of the mapping; empty at the top.
  private let path: String
  private let line: Int?
  private let nodes: [String: Node]

  /// - Parameters:
  ///   - keys: Every key that may stand here.
  ///   - secrets: Keys under which someone might write a secret, which has no place in the file.
  init(_ node: Node?, file: String, path: String = "", keys: [String], secrets: [String] = []) throws {
    self.file = file
    self.path = path
    line = node?.mark?.line
    guard let node, !Self.isNull(node) else {
      nodes = [:]
      return
    }
    guard case .mapping(let mapping) = node else {
      let what = path.isEmpty ? "the file" : "'\(path)'"
      throw InputError(file: file, line: node.mark?.line, "\(what) must be a mapping of keys to values (key: value)")
    }
    var nodes: [String: Node] = [:]
    for (key, value) in mapping {
      let name = key.scalar?.string ?? ""
      if secrets.contains(name) {
        throw InputError(
          file: file, line: key.mark?.line,
          "'\(name)' in \(path) would put a secret into this file, of which the run keeps a copy; name the environment "
            + "variable that holds it (key_env or token_env) or a file of mode 0600 (key_file or token_file)")
      }
      guard keys.contains(name) else {
        throw InputError(file: file, line: key.mark?.line, Self.unknown(name, in: path, keys: keys))
      }
      nodes[name] = value
    }
    self.nodes = nodes
  }

  /// The mapping under `key`, empty where there is none.
  func section(_ key: String, keys: [String], secrets: [String] = []) throws -> ConfigurationSection {
    try ConfigurationSection(nodes[key], file: file, path: dotted(key), keys: keys, secrets: secrets)
  }

  func contains(_ key: String) -> Bool { nodes[key].map { !Self.isNull($0) } ?? false }

  func text(_ key: String) throws -> String? {
    guard let node = node(key) else { return nil }
    guard let text = node.scalar?.string, !text.isEmpty else { throw wrong(key, node, "a text") }
    return text
  }

  func requiredText(_ key: String, _ hint: String) throws -> String {
    guard let text = try text(key) else { throw missing(key, hint) }
    return text
  }

  func texts(_ key: String) throws -> [String]? {
    guard let node = node(key) else { return nil }
    guard let items = node.sequence else { throw wrong(key, node, "a list of texts") }
    return try items.map { item in
      guard let text = item.scalar?.string, !text.isEmpty else { throw wrong(key, item, "a list of texts") }
      return text
    }
  }

  /// A whole number, nil where the key is absent or null.
  func integer(_ key: String, atLeast minimum: Int) throws -> Int? {
    guard let node = node(key) else { return nil }
    guard Self.isPlain(node), let value = node.int else { throw wrong(key, node, "a whole number") }
    guard value >= minimum else { throw wrong(key, node, "at least \(minimum)") }
    return value
  }

  /// A whole number that may be null, which stands for "no limit"; `fallback` where the key is absent.
  func limit(_ key: String, default fallback: Int?) throws -> Int? {
    guard let node = nodes[key] else { return fallback }
    return Self.isNull(node) ? nil : try integer(key, atLeast: 1)
  }

  func seed(_ key: String) throws -> UInt64? {
    guard let node = node(key) else { return nil }
    guard Self.isPlain(node), let text = node.scalar?.string, let value = UInt64(text) else {
      throw wrong(key, node, "a whole number from 0 to \(UInt64.max)")
    }
    return value
  }

  func number(_ key: String, _ bounds: Bounds) throws -> Double? {
    guard let node = node(key) else { return nil }
    guard Self.isPlain(node), let value = node.float, value.isFinite else { throw wrong(key, node, "a number") }
    guard bounds.contains(value) else { throw wrong(key, node, bounds.description) }
    return value
  }

  func flag(_ key: String) throws -> Bool? {
    guard let node = node(key) else { return nil }
    guard Self.isPlain(node), let value = node.bool else { throw wrong(key, node, "true or false") }
    return value
  }

  /// A mapping whose values are handed on as they are.
  func options(_ key: String) throws -> [String: WorkerOption]? {
    guard let node = node(key) else { return nil }
    guard let mapping = node.mapping else { throw wrong(key, node, "a mapping of keys to values") }
    return try Dictionary(
      mapping.map { name, value in
        guard let name = name.scalar?.string, let text = value.scalar?.string else {
          throw wrong(key, value, "a mapping of names to texts, numbers, true or false")
        }
        guard Self.isPlain(value) else { return (name, .text(text)) }
        let option: WorkerOption =
          value.bool.map(WorkerOption.flag) ?? value.int.map(WorkerOption.integer) ?? value.float.map(
            WorkerOption.number)
          ?? .text(text)
        return (name, option)
      }, uniquingKeysWith: { $1 })
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ type: Choice.Type) throws -> Choice?
  where Choice.RawValue == String {
    guard let node = node(key) else { return nil }
    guard let choice = node.scalar.flatMap({ Choice(rawValue: $0.string) }) else {
      throw wrong(key, node, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return choice
  }

  func missing(_ key: String, _ hint: String) -> InputError {
    InputError(file: file, line: path.isEmpty ? nil : line, "the key '\(dotted(key))' is missing; \(hint)")
  }

  /// What is wrong with the value under `key`, which the message does not repeat.
  func invalid(_ key: String, _ message: String) -> InputError {
    InputError(file: file, line: nodes[key]?.mark?.line ?? line, "'\(dotted(key))' \(message)")
  }

  /// Values between two ends.
  enum Bounds: CustomStringConvertible {
    case above(Double)
    case closed(Double, Double)
    /// The lower end excluded.
    case upTo(Double, above: Double)

    func contains(_ value: Double) -> Bool {
      switch self {
      case .above(let low): value > low
      case .closed(let low, let high): value >= low && value <= high
      case .upTo(let high, let low): value > low && value <= high
      }
    }

    var description: String {
      func text(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
      return switch self {
      case .above(let low): "a number above \(text(low))"
      case .closed(let low, let high): "a number from \(text(low)) to \(text(high))"
      case .upTo(let high, let low): "a number above \(text(low)) and at most \(text(high))"
      }
    }
  }
}

extension ConfigurationSection {
  /// The value under `key`, nil where it is absent or null.
  private func node(_ key: String) -> Node? { nodes[key].flatMap { Self.isNull($0) ? nil : $0 } }

  private func dotted(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private func wrong(_ key: String, _ node: Node, _ right: String) -> InputError {
    let found = node.scalar.map { "'\($0.string)'" } ?? (node.sequence != nil ? "a list" : "a mapping")
    return InputError(file: file, line: node.mark?.line, "'\(dotted(key))' is \(found); it must be \(right)")
  }

  /// `"5"` in quotes is a text, not a number.
  private static func isPlain(_ node: Node) -> Bool { node.scalar?.style == .plain }

  private static func isNull(_ node: Node) -> Bool {
    isPlain(node) && ["", "~", "null", "Null", "NULL"].contains(node.scalar?.string)
  }

  private static func unknown(_ key: String, in path: String, keys: [String]) -> String {
    let place = path.isEmpty ? "" : " in \(path)"
    if let nearest = NearestName.of(key, among: keys) {
      return "unknown key '\(key)'\(place); did you mean '\(nearest)'?"
    }
    return "unknown key '\(key)'\(place); known are \(keys.joined(separator: ", "))"
  }
}
