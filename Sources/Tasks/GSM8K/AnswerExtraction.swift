import Foundation

/// What a worked answer gives as its final number.
enum AnswerExtraction {
  /// The first `#### n`; failing that the last stated answer (`The answer is n`, `Answer: n`, `A: n`, `\boxed{n}`);
  /// failing that the last number. nil where that place holds no single number.
  ///
  /// The first `####`, because a model that goes on after its answer invents further questions. The last statement,
  /// because a model that corrects itself does so later.
  static func finalNumber(of text: String) -> NumericAnswer? {
    let cleaned = clean(text)
    let reader = AnswerReader(cleaned)
    switch reader.marked() {
    case .found(let answer): return answer
    case .unreadable: return nil
    case .absent: break
    }
    switch reader.stated() {
    case .found(let answer): return answer
    case .unreadable: return nil
    case .absent: return reader.last()
    }
  }

  /// The answer to this question only, without calculator annotations and typesetting.
  private static func clean(_ text: String) -> String {
    var text = text
    for next in ["\nQuestion:", "\nQ:"] {
      if let range = text.range(of: next) { text = String(text[..<range.lowerBound]) }
    }
    while let open = text.range(of: "<<") {
      let close = text.range(of: ">>", range: open.upperBound..<text.endIndex)
      // An annotation cut off in the middle takes the rest of the text with it.
      text.replaceSubrange(open.lowerBound..<(close?.upperBound ?? text.endIndex), with: "")
    }
    // An asterisk pair between digits is a power, elsewhere bold type.
    if text.contains("**") {
      text = text.replacing(/(?<before>\d)\s*\*\*\s*(?<after>\d)/) { "\($0.before)^\($0.after)" }
      text = text.replacingOccurrences(of: "**", with: "")
    }
    for (old, new) in [("\u{2212}", "-"), ("\u{2013}", "-"), ("\u{a0}", " "), ("\u{202f}", " "), ("\r\n", "\n")]
    where text.contains(old) {
      text = text.replacingOccurrences(of: old, with: new)
    }
    guard text.contains("\\") || text.contains("{,}") else { return text }
    text = text.replacing(/\\[dt]?frac\{(?<top>\d+)\}\{(?<bottom>\d+)\}/) { "\($0.top)/\($0.bottom)" }
    text = text.replacing(/\\(?:text|mathrm)\{(?<words>[^{}]*)\}/) { " \($0.words)" }
    for (old, new) in [("{,}", ","), ("\\!", ""), ("\\,", ""), ("\\$", "$"), ("\\%", "%"), ("\\ ", " ")] {
      text = text.replacingOccurrences(of: old, with: new)
    }
    return text
  }
}
