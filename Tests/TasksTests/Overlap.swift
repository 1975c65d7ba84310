/// What questions have in common with a corpus, by the two checks of the field.
enum Overlap {
  /// The questions that a text of the corpus is, or asks in the prompt format.
  static func exact(_ questions: [String], in corpus: [String]) -> [String] {
    let wanted = Set(questions)
    return corpus.map { text in
      guard text.hasPrefix("Question: ") else { return text }
      return text.dropFirst("Question: ".count).prefix { $0 != "\n" }.description
    }.filter(wanted.contains)
  }

  /// The runs of `length` words that a question shares with the corpus; `abstracted` compares templates: names, things,
  /// containers, pronouns and numbers give way to their kind.
  static func nGrams(
    _ questions: [String], in corpus: [String], length: Int, abstracted: Bool = false
  ) -> Set<ArraySlice<String>> {
    let own = Set(questions.flatMap { nGrams($0, length, abstracted) })
    return own.intersection(corpus.lazy.flatMap { nGrams($0, length, abstracted).filter(own.contains) })
  }

  private static func nGrams(_ text: String, _ length: Int, _ abstracted: Bool) -> [ArraySlice<String>] {
    // A word keeps no leading space, and a number is one word.
    var words: [String] = []
    var lastWasDigit = false
    for token in preTokens(text.lowercased()) {
      let isDigit = token.utf8.count == 1 && token.utf8.allSatisfy { (0x30...0x39).contains($0) }
      let word = token.filter { $0 != " " && $0 != "\n" }
      if isDigit, lastWasDigit, let number = words.popLast() {
        words.append(number + word)
      } else if !word.isEmpty {
        words.append(word)
      }
      lastWasDigit = isDigit
    }
    if abstracted { words = words.map(kind) }
    guard words.count >= length else { return [] }
    return (0...(words.count - length)).map { words[$0..<($0 + length)] }
  }

  private static func kind(of word: String) -> String {
    word.utf8.allSatisfy { (0x30...0x39).contains($0) } ? "0" : kinds[word] ?? word
  }

  private static let kinds: [String: String] = {
    let words = [
      "NAME": "amy eve fay ivy kim mia pam zoe ben dan gus jon leo ned sam tom",
      "THING": "apple ball bead book card coin cookie cup egg flower pear pen ring shell stamp toy",
      "THINGS": "apples balls beads books cards coins cookies cups eggs flowers pears pens rings shells stamps toys",
      "CONTAINER": "bags baskets boxes jars", "PRONOUN": "she he",
    ]
    return words.reduce(into: [:]) { kinds, entry in
      for word in entry.value.split(separator: " ") { kinds[String(word)] = entry.key }
    }
  }()
}
