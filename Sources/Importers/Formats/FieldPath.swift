/// The place of a value in a row: names separated by dots, as `response.text` or `choices.0.text`.
struct FieldPath: Sendable, Hashable {
  let text: String
  private let parts: [String]

  init(_ text: String) {
    self.text = text
    parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }

  /// The values at the path, several where it passes through a list or ends in one; none where there are none.
  ///
  /// A field whose own name holds the dots goes first, and of a list a number takes one element.
  func values(in row: JSONElement) -> [JSONElement] {
    if let whole = row[text] { return whole.isArray ? whole.elements : [whole] }
    var values = [row]
    for part in parts {
      values = values.flatMap { value -> [JSONElement] in
        if value.isArray {
          let elements = value.elements
          if let index = Int(part) { return elements.indices.contains(index) ? [elements[index]] : [] }
          return elements.compactMap { $0[part] }
        }
        return value[part].map { [$0] } ?? []
      }
    }
    return values.flatMap { $0.isArray ? $0.elements : [$0] }
  }
}
