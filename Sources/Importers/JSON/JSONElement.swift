/// One value within a document.
package struct JSONElement {
  private let document: JSONDocument
  private let index: Int

  init(document: JSONDocument, index: Int) {
    self.document = document
    self.index = index
  }

  private var node: JSONNode { document.nodes[index] }

  /// The bytes it fills; of a text without its quotation marks.
  package var range: Range<Int> { node.range }

  // MARK: Kinds

  package var isNull: Bool { node.kind == .null }
  package var isObject: Bool { node.kind == .object }
  package var isArray: Bool { node.kind == .array }
  package var isText: Bool { node.kind == .plainText || node.kind == .escapedText }

  // MARK: Scalars

  /// nil where it is no text.
  ///
  /// - Throws: `JSONFault` for bytes that are not UTF-8 and for half a surrogate pair.
  package func text() throws(JSONFault) -> String? {
    let node = node
    switch node.kind {
    case .plainText:
      guard let text = String(validating: document.bytes[node.range], as: UTF8.self) else {
        throw JSONFault(offset: node.range.lowerBound, kind: .badText)
      }
      return text
    case .escapedText: return try JSONEscapes.decode(document.bytes, node.range)
    default: return nil
    }
  }

  package var flag: Bool? {
    switch node.kind {
    case .yes: true
    case .no: false
    default: nil
    }
  }

  /// nil where it is no number; not finite for `NaN` and its kin, and beyond the range of a `Double`.
  package var number: Double? {
    guard node.kind == .number else { return nil }
    // The form was checked, and `Double` reads Python's names of what is not finite.
    return Double(String(decoding: document.bytes[node.range], as: UTF8.self))
  }

  /// nil where it is no whole number within `Int`; `3.0` and `3e2` are whole.
  package var integer: Int? {
    guard node.kind == .number else { return nil }
    let digits = document.bytes[node.range]
    if digits.count <= 18, digits.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) {
      return digits.reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) }
    }
    let text = String(decoding: digits, as: UTF8.self)
    return Int(text) ?? Double(text).flatMap(Int.init(exactly:))
  }

  // MARK: Parts

  /// The value of a member by its name, the first where there are several; nil where there is none, or no object.
  package subscript(name: String) -> JSONElement? {
    guard node.kind == .object else { return nil }
    var child = index + 1
    let end = node.next(after: index)
    while child < end {
      if isName(child, name) { return JSONElement(document: document, index: child + 1) }
      child = document.nodes[child + 1].next(after: child + 1)
    }
    return nil
  }

  /// The elements of a list; none where it is no list.
  package var elements: [JSONElement] {
    guard node.kind == .array else { return [] }
    return children(step: 0)
  }

  /// The names and values of an object, in its order; none where it is no object.
  ///
  /// - Throws: `JSONFault` for a name that is not UTF-8 or has half a surrogate pair.
  package func members() throws(JSONFault) -> [(name: String, value: JSONElement)] {
    guard node.kind == .object else { return [] }
    var members: [(name: String, value: JSONElement)] = []
    for value in children(step: 1) {
      members.append((try JSONElement(document: document, index: value.index - 1).text() ?? "", value))
    }
    return members
  }

  private func children(step: Int) -> [JSONElement] {
    var children: [JSONElement] = []
    var child = index + 1 + step
    let end = node.next(after: index)
    while child < end {
      children.append(JSONElement(document: document, index: child))
      child = document.nodes[child].next(after: child) + step
    }
    return children
  }

  private func isName(_ child: Int, _ name: String) -> Bool {
    let node = document.nodes[child]
    if node.kind == .plainText {
      guard node.range.count == name.utf8.count else { return false }
      var place = node.range.lowerBound
      for byte in name.utf8 {
        if document.bytes[place] != byte { return false }
        place += 1
      }
      return true
    }
    // A name that is not UTF-8 is not the one looked for.
    return (try? JSONEscapes.decode(document.bytes, node.range)) == name
  }
}
