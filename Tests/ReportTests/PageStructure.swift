/// Reads a page as strictly as this module writes it: every tag closed in order, every attribute quoted.
struct PageStructure {
  struct Flaw: Error, CustomStringConvertible {
    let description: String
  }

  /// All tags in order, with their attributes' names.
  private(set) var tags: [String] = []

  private static let void: Set = ["meta"]
  private static let special = Set("<&>".utf8)
  private static let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"]
  /// What may not stand inside a paragraph: a browser would close it early.
  private static let blocks: Set = [
    "p", "div", "table", "ul", "dl", "section", "details", "figure", "article", "h1", "h2", "h3", "h4", "h5",
  ]

  init(_ page: String) throws {
    var rest = Substring(page)
    guard rest.hasPrefix("<!DOCTYPE html>\n") else { throw Flaw(description: "no doctype") }
    rest = rest.dropFirst("<!DOCTYPE html>".count)
    var open: [String] = []
    while true {
      // A style sheet is not markup: only its end counts.
      if open.last == "style", let end = rest.firstRange(of: "</style>") { rest = rest[end.lowerBound...] }
      guard let special = rest.utf8.firstIndex(where: Self.special.contains) else { break }
      rest = rest[special...]
      if rest.first == "<" {
        guard let end = rest.firstIndex(of: ">") else { throw Flaw(description: "unfinished tag") }
        try Self.read(rest[rest.index(after: special)..<end], &open, &tags)
        rest = rest[rest.index(after: end)...]
      } else if rest.first == "&", Self.entities.contains(where: rest.hasPrefix) {
        rest = rest.dropFirst()
      } else {
        throw Flaw(description: "unescaped sign at \(rest.prefix(40))")
      }
    }
    guard open.isEmpty else { throw Flaw(description: "never closed: \(open)") }
  }

  private static func read(_ tag: Substring, _ open: inout [String], _ tags: inout [String]) throws {
    if tag.hasPrefix("/") {
      guard open.popLast() == String(tag.dropFirst()) else {
        throw Flaw(description: "</\(tag.dropFirst())> closes nothing")
      }
      return
    }
    let closesItself = tag.hasSuffix("/")
    var rest = closesItself ? tag.dropLast() : tag
    let name = String(rest.prefix { $0 != " " })
    guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber }) else {
      throw Flaw(description: "tag <\(tag)>")
    }
    if blocks.contains(name), open.contains("p") { throw Flaw(description: "<\(name)> in a paragraph") }
    rest = rest.dropFirst(name.count)
    var attributes = ""
    while !rest.isEmpty {
      guard rest.first?.isWhitespace == true else { throw Flaw(description: "attributes of <\(tag)>") }
      rest = rest.drop(while: \.isWhitespace)
      let attribute = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
      rest = rest[attribute.endIndex...]
      if rest.hasPrefix("=\"") {
        rest = rest.dropFirst(2)
        guard let end = rest.firstIndex(of: "\"") else { throw Flaw(description: "unclosed value in <\(tag)>") }
        guard !rest[..<end].contains("<") else { throw Flaw(description: "unescaped value in <\(tag)>") }
        rest = rest[rest.index(after: end)...]
      }
      guard !attribute.isEmpty else { throw Flaw(description: "attributes of <\(tag)>") }
      attributes += " \(attribute)"
    }
    tags.append(name + attributes)
    if !closesItself, !void.contains(name) { open.append(name) }
  }
}
