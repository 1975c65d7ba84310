/// The places where an answer says which option it decides for.
struct ChoiceStatements {
  enum Statement {
    /// The option is named after this token: `the answer is`, `I choose`.
    case region(start: Int)
    /// The mention at this position is called right: `B is correct`.
    case judged(Int)
  }

  private let reader: ChoiceReader

  init(_ reader: ChoiceReader) { self.reader = reader }

  private var text: ChoiceText { reader.text }

  /// In their order.
  var all: [Statement] {
    var found: [Statement] = []
    for index in text.tokens.indices {
      if let position = reader.mentionAt[index], isCalledRight(reader.mentions[position]) {
        found.append(.judged(position))
      } else if let start = regionStart(at: index) {
        found.append(.region(start: start))
      }
    }
    return found
  }

  private func regionStart(at index: Int) -> Int? {
    let word = text.text(index)
    switch word {
    case "answer's": return index + 1
    case "answer": return announced(after: index)
    case "choice", "option", "selection", "response", "bet": return isQualified(index) ? announced(after: index) : nil
    case "choose", "pick", "select", "chose", "picked", "selected", "guess":
      let before = (1...4).map { text.text(index - $0) }
      let isDenied = before.contains { $0 == "not" || $0 == "cannot" || $0.hasSuffix("n't") }
      let isOwn = before.contains { ["i", "i'd", "i'll", "we", "would", "must", "should"].contains($0) }
      if isOwn { return isDenied ? nil : index + 1 }
      return isQualified(index) ? announced(after: index) : nil
    case "go", "going", "went": return text.text(index + 1) == "with" ? index + 2 : nil
    case "opt", "settle": return ["for", "on"].contains(text.text(index + 1)) ? index + 2 : nil
    case "a":
      // `A: (C)` is an answer line, not option A.
      guard text.text(index - 1) == "\n", text.text(index + 1) == ":", let next = reader.mentionAt[index + 2],
        reader.mentions[next].form != .words
      else { return nil }
      return index + 2
    default: return nil
    }
  }

  /// `the best choice`, `my pick`.
  private func isQualified(_ index: Int) -> Bool {
    (1...3).contains { Self.qualities.contains(text.text(index - $0)) }
  }

  private static let qualities: Set<String> = [
    "correct", "best", "right", "final", "my", "appropriate", "likely", "suitable", "logical", "reasonable", "only",
    "plausible", "good",
  ]

  /// Where the option stands that `answer … is`, `answer:` or `Answer` in a line of its own announces.
  private func announced(after index: Int) -> Int? {
    var cursor = index + 1
    if text.text(cursor) == "\n" {
      let isAlone = text.text(index - 1) == "\n" || Self.qualities.contains(text.text(index - 1))
      return isAlone && cursor < text.tokens.count ? cursor + 1 : nil
    }
    if let position = reader.mentionAt[cursor] {
      let mention = reader.mentions[position]
      return ["is", "isn't", "was"].contains(text.text(mention.range.upperBound)) ? nil : cursor
    }
    while cursor < min(text.tokens.count, index + 10) {
      let word = text.text(cursor)
      if ["is", "be", ":", "=", "was", "-", "\u{2013}", "\u{2014}"].contains(word) { return cursor + 1 }
      if word == "isn't" { return cursor }
      if reader.mentionAt[cursor] != nil || text.endsSentence(cursor) || ChoiceReader.clauseWords.contains(word) {
        return nil
      }
      cursor += 1
    }
    return nil
  }

  /// `B is the best answer`, `(B) must be right`.
  private func isCalledRight(_ mention: ChoiceMention) -> Bool {
    var cursor = mention.range.upperBound
    guard ["is", "seems", "looks", "would", "must", "should", "was"].contains(text.text(cursor)) else { return false }
    cursor += 1
    let end = cursor + 7
    while cursor < end {
      let word = text.text(cursor)
      let next = text.text(cursor + 1)
      if ["answer", "choice", "option"].contains(word) { return true }
      if ["correct", "right"].contains(word),
        !text.isWord(cursor + 1) || ["because", "since", "as", "and", "here", "so"].contains(next)
      {
        return true
      }
      guard Self.fillers.contains(word) || Self.qualities.contains(word) else { return false }
      cursor += 1
    }
    return false
  }

  private static let fillers: Set<String> = [
    "the", "a", "most", "probably", "clearly", "therefore", "thus", "single", "definitely", "indeed", "be", "to",
    "like",
    "obviously", "also",
  ]
}
