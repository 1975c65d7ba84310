/// The well-known patterns, alternative by alternative in the order of the expression. Every one matches at every position.
extension ClassifiedText {
  /// `WordPattern.gpt2`
  func gpt2WordEnd(from start: Int) -> Int {
    endOfContraction(at: start, ignoringCase: false)
      ?? endOfRun(of: .letter, afterOptionalSpaceAt: start)
      ?? endOfRun(of: .number, afterOptionalSpaceAt: start)
      ?? endOfRun(of: .other, afterOptionalSpaceAt: start)
      ?? endOfWhitespace(from: start)
  }

  /// `WordPattern.llama3`, and `WordPattern.qwen2` with a `longestNumber` of 1
  func llama3WordEnd(from start: Int, longestNumber: Int) -> Int {
    if let end = endOfContraction(at: start, ignoringCase: true) { return end }
    switch classes[start] {
    case .letter: return endOfRun(of: .letter, from: start)
    case .number: return endOfRun(of: .number, from: start, limit: longestNumber)
    case .whitespace, .other:
      if !isLineBreak(at: start) {
        let end = endOfRun(of: .letter, from: start + 1)
        if end > start + 1 { return end }
      }
    }
    if var end = endOfRun(of: .other, afterOptionalSpaceAt: start) {
      while end < count, isLineBreak(at: end) { end += 1 }
      return end
    }
    // `\s*[\r\n]+` gives back what follows the last line break of the run.
    let end = endOfRun(of: .whitespace, from: start)
    if let lastBreak = (start..<end).last(where: isLineBreak) { return lastBreak + 1 }
    return endOfWhitespace(from: start)
  }

  /// `WordPattern.words`
  func trainedWordEnd(from start: Int) -> Int {
    if classes[start] == .number { return start + 1 }
    return endOfRun(of: .letter, afterOptionalSpaceAt: start)
      ?? endOfRun(of: .other, afterOptionalSpaceAt: start)
      ?? endOfWhitespace(from: start)
  }

  /// `\s+(?!\S)|\s+`: a run leaves its last character to the word that follows, unless it is the only one.
  private func endOfWhitespace(from start: Int) -> Int {
    let end = endOfRun(of: .whitespace, from: start)
    return end < count && end > start + 1 ? end - 1 : end
  }

  /// `'s|'t|'re|'ve|'m|'ll|'d`
  private func endOfContraction(at start: Int, ignoringCase: Bool) -> Int? {
    guard scalars[start] == "'", start + 1 < count else { return nil }
    func letter(_ index: Int) -> Unicode.Scalar? {
      guard index < count else { return nil }
      let scalar = scalars[index]
      guard ignoringCase else { return scalar }
      // The long s is the one letter outside ASCII that folds to a letter of the list.
      if scalar == "\u{17f}" { return "s" }
      return "A"..."Z" ~= scalar ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar
    }
    switch (letter(start + 1), letter(start + 2)) {
    case ("s", _), ("t", _), ("m", _), ("d", _): return start + 2
    case ("r", "e"), ("v", "e"), ("l", "l"): return start + 3
    default: return nil
    }
  }
}
