/// What a reader types into the search field, as FTS5 takes it. Nothing of it is syntax but quotes and a closing `*`.
///
/// Words must all occur, in any order; words in double quotes as a phrase. A word of three letters or more that ends in `*`
/// stands for all that begin with it.
package struct SearchQuery: Sendable, Hashable {
  /// Nil where the text holds no word.
  package let expression: String?

  /// Words and phrases read; what is beyond is left out.
  static let limit = 16

  package init(_ text: String) {
    var terms: [String] = []
    var rest = text.prefix(400)[...]
    while !rest.isEmpty, terms.count < Self.limit {
      rest = rest.drop(while: \.isWhitespace)
      if rest.first == "\"" {
        rest = rest.dropFirst()
        let phrase = rest.prefix { $0 != "\"" }
        rest = rest.dropFirst(phrase.count + 1)
        Self.add(phrase, isPrefix: false, to: &terms)
      } else {
        let word = rest.prefix { !$0.isWhitespace && $0 != "\"" }
        rest = rest.dropFirst(word.count)
        let stem = word.hasSuffix("*") ? word.dropLast() : word
        Self.add(stem, isPrefix: word.hasSuffix("*") && stem.count >= 3, to: &terms)
      }
    }
    expression = terms.isEmpty ? nil : terms.joined(separator: " AND ")
  }

  private static func add(_ term: Substring, isPrefix: Bool, to terms: inout [String]) {
    // What the tokenizer leaves nothing of would match nothing.
    guard term.unicodeScalars.contains(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil }) else {
      return
    }
    let quoted = "\"" + term.replacing("\0", with: " ").replacing("\"", with: "\"\"") + "\""
    terms.append(isPrefix ? quoted + " *" : quoted)
  }
}
