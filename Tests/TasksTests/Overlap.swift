/// What questions have in common with a corpus.
enum Overlap {
  /// The questions that a text of the corpus is, or asks in the prompt format. `abstracted` compares templates: names,
  /// things, containers, pronouns and numbers give way to their kind.
  static func exact(_ questions: [String], in corpus: [String], abstracted: Bool = false) -> [String] {
    func form(_ text: String) -> String { abstracted ? template(text) : text }
    let wanted = Set(questions.map(form))
    return corpus.map { text in
      guard text.hasPrefix("Question: ") else { return form(text) }
      return form(text.dropFirst("Question: ".count).prefix { $0 != "\n" }.description)
    }.filter(wanted.contains)
  }

  private static func template(_ text: String) -> String {
    var words: [String] = []
    for token in preTokens(text.lowercased()) {
      let word = kind(of: token.filter { $0 != " " && $0 != "\n" })
      // The digits of a number are tokens of their own.
      if !word.isEmpty && !(word == "0" && words.last == "0") { words.append(word) }
    }
    return words.joined(separator: " ")
  }

  private static func kind(of word: String) -> String {
    !word.isEmpty && word.utf8.allSatisfy { (0x30...0x39).contains($0) } ? "0" : kinds[word] ?? word
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
