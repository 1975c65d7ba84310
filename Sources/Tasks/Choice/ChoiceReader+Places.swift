/// Where an answer stands that no statement announces.
extension ChoiceReader {
  /// The option that the answer begins with, unless it goes through the options one by one.
  func leading() -> ChoiceReading? {
    var start = 0
    while ["\n", ":", "-", ">"].contains(text.text(start)), start < text.tokens.count { start += 1 }
    if let whole = lowercaseLetter(at: start, place: "at the beginning") { return whole }
    if text.text(start) == "\"", mentionAt[start] == nil { start += 1 }
    if ChoiceScanner.articles.contains(text.text(start)), mentionAt[start] == nil { start += 1 }
    guard let position = mentionAt[start], !isEnumeration else { return nil }
    let mention = mentions[position]
    let end = mention.range.upperBound
    let isItem = mention.isListItem && text.text(mention.range.lowerBound) != "("
    let next = text.text(end)
    let hasOwnWords =
      wordsMention(from: end).map { !Set($0.options).isDisjoint(with: mention.options) } ?? false
    let isAlone =
      ["\n", ".", ",", ";", ":", ")", "\"", "-", "(", "/", "because", "since", "as", "or", "and"].contains(next)
      || text.tokens.count == end
    guard isItem || hasOwnWords || isAlone else { return nil }
    return reading(from: position, place: "at the beginning")
  }

  /// The mention by words that stands at `index`, past an article and a sign.
  private func wordsMention(from index: Int) -> ChoiceMention? {
    var cursor = index
    while cursor < index + 3 {
      if let position = mentionAt[cursor] { return mentions[position].form == .words ? mentions[position] : nil }
      guard [":", ".", "-", ")", ","].contains(text.text(cursor)) || ChoiceScanner.articles.contains(text.text(cursor))
      else { return nil }
      cursor += 1
    }
    return nil
  }

  /// Whether two options or more stand as the items of a list.
  private var isEnumeration: Bool {
    Set(mentions.filter { $0.isListItem && $0.form == .marked }.map(\.options)).count > 1
  }

  /// The option that the last sentence names, where that sentence draws a conclusion.
  func concluded() -> ChoiceReading? {
    var end = text.tokens.count
    while end > 0, text.endsSentence(end - 1) { end -= 1 }
    var start = end
    while start > 0, !text.endsSentence(start - 1) { start -= 1 }
    guard text.tokens[start..<end].contains(where: { Self.conclusions.contains($0.text) }) else { return nil }
    let named = mentions.filter { $0.range.lowerBound >= start && $0.range.upperBound <= end && !isDenied($0) }
    return single(of: named, place: "in the last sentence")
  }

  private static let conclusions: Set<String> = [
    "so", "therefore", "thus", "hence", "answer", "correct", "choose", "best", "must", "conclude", "conclusion",
    "think",
    "likely", "guess",
  ]

  /// The only option that is named at all.
  func only() -> ChoiceReading {
    if let reading = single(of: mentions.filter { !isDenied($0) }, place: "in the whole answer") { return reading }
    let words = Set(text.tokens.map(\.text))
    let isRefusal = !words.isDisjoint(with: [
      "don't", "cannot", "can't", "unable", "unsure", "none", "sorry", "unclear",
    ])
    return .none(reason: isRefusal ? "a refusal" : "no option is named", place: nil, text: nil)
  }

  /// nil where there is no mention.
  private func single(of mentions: [ChoiceMention], place: String) -> ChoiceReading? {
    guard let first = mentions.first else { return nil }
    var options = first.options
    for mention in mentions.dropFirst() {
      let common = options.filter(mention.options.contains)
      guard !common.isEmpty else {
        return .none(
          reason: "several options are named, and none is stated as the answer", place: place,
          text: "\(text.source(first.range)) … \(text.source(mention.range))")
      }
      options = common
    }
    return .option(options, place: place, text: text.source(first.range))
  }

  /// Whether the words around a mention rule it out: `not (B)`, `(B) is wrong`.
  private func isDenied(_ mention: ChoiceMention) -> Bool {
    var before = mention.range.lowerBound - 1
    while before >= 0, mention.range.lowerBound - before <= 6, !text.endsSentence(before) {
      let word = text.text(before)
      if ["but", ","].contains(word) { break }
      if Self.negations.contains(word) || word.hasSuffix("n't") { return true }
      before -= 1
    }
    let after = (0..<4).map { text.text(mention.range.upperBound + $0) }
    guard ["is", "are", "was", "would", "does", "can", "has", "do", "seems"].contains(after[0]) else {
      return after[0].hasSuffix("n't") || after[0] == "cannot"
    }
    return after.dropFirst().contains {
      Self.negations.contains($0) || ["wrong", "incorrect", "unlikely"].contains($0)
    }
  }

  private static let negations: Set<String> = [
    "not", "never", "no", "neither", "nor", "cannot", "than", "unlike", "except", "without",
  ]
}
