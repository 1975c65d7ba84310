import Foundation

/// The query of an address, names in the order they were set.
struct QueryItems: Sendable, Hashable {
  private(set) var items: [(name: String, value: String)] = []

  init() {}

  /// - Parameter query: What follows the `?`; of a name that comes twice, the last value counts.
  init(_ query: String) {
    for part in query.split(separator: "&").prefix(64) {
      let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      func text(_ piece: Substring) -> String {
        let spaced = piece.replacing("+", with: " ")
        return String(spaced).removingPercentEncoding ?? String(spaced)
      }
      self[text(pieces[0])] = pieces.count > 1 ? text(pieces[1]) : ""
    }
  }

  subscript(name: String) -> String? {
    get { items.last { $0.name == name }?.value }
    set {
      items.removeAll { $0.name == name }
      if let newValue { items.append((name, newValue)) }
    }
  }

  func setting(_ name: String, _ value: String?) -> QueryItems {
    var copy = self
    copy[name] = value
    return copy
  }

  /// As it follows a path: `?…`, or nothing.
  var text: String {
    items.isEmpty
      ? "" : "?" + items.map { Self.escape($0.name) + "=" + Self.escape($0.value) }.joined(separator: "&")
  }

  static func escape(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
  }

  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

  static func == (left: QueryItems, right: QueryItems) -> Bool { left.text == right.text }

  func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
