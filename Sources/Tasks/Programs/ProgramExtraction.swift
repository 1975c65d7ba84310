/// Finds the program in what a model wrote.
///
/// In this order: what follows the last `</think>`; of that, what stands between `[BEGIN]` and `[DONE]` (MBPP's official
/// prompt); of that, a fenced block; of that, the lines from the first that is Python to the last.
public enum ProgramExtraction {
  /// Longer completions hold no program for us.
  static let largestCompletion = 1 << 20

  /// A whole program, or nil where there is none.
  ///
  /// - Parameter names: what it must define, any of them. Of several blocks the last that does is taken; without such a
  ///   one, the last that defines anything; without that one, the last.
  public static func program(in completion: String, defining names: [String] = []) -> String? {
    guard completion.utf8.count <= largestCompletion else { return nil }
    let answer = markedPart(of: finalPart(of: completion))
    let lines = lines(of: answer)
    let blocks = FencedBlock.blocks(in: lines).filter { !isBlank($0) }
    let block =
      blocks.last { !names.isEmpty && definitions(in: $0).contains(where: names.contains) }
      ?? blocks.last { !definitions(in: $0).isEmpty } ?? blocks.last
    if let block { return text(block) }
    return PythonLines.program(in: lines).map(text)
  }

  /// The program that a prompt and its continuation are, as HumanEval asks for it. The completion may be the rest of
  /// the function, or repeat the whole function, fenced or not.
  public static func program(in completion: String, continuing prompt: String, defining name: String) -> String? {
    guard completion.utf8.count <= largestCompletion else { return nil }
    let answer = markedPart(of: finalPart(of: completion))
    let whole = program(in: answer, defining: [name])
    if let whole, definitions(in: lines(of: whole)).contains(name) {
      // The prompt's imports and helpers stay; its unfinished function is defined anew.
      return prompt + "\n" + whole
    }
    let answerLines = lines(of: answer)
    let body = FencedBlock.blocks(in: answerLines).last { !isBlank($0) } ?? PythonLines.continuation(in: answerLines)
    return isBlank(body) ? nil : prompt + text(PythonLines.indented(body))
  }

  private static func finalPart(of completion: String) -> String {
    guard let end = completion.ranges(of: "</think>").last?.upperBound else { return completion }
    return String(completion[end...])
  }

  private static func markedPart(of answer: String) -> String {
    var part = answer[...]
    let done = part.firstRange(of: "[DONE]")
    if let begin = part.firstRange(of: "[BEGIN]"), begin.lowerBound < done?.lowerBound ?? part.endIndex {
      part = part[begin.upperBound...]
    }
    if let done { part = part[..<done.lowerBound] }
    return String(part)
  }

  /// Split at line feeds alone: other characters that end a line may stand in a string of the program.
  static func lines(of text: String) -> [Substring] {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
  }

  static func isBlank(_ lines: [Substring]) -> Bool { lines.allSatisfy { $0.allSatisfy(\.isWhitespace) } }

  private static func text(_ lines: [Substring]) -> String { lines.joined(separator: "\n") + "\n" }

  /// The names that lines without indentation define: functions, classes, variables.
  static func definitions(in lines: [Substring]) -> [String] {
    lines.compactMap { line in
      var rest = line
      for keyword in ["async ", "def ", "class "] where rest.hasPrefix(keyword) { rest = rest.dropFirst(keyword.count) }
      let name = rest.prefix { $0 == "_" || $0.isLetter || $0.isNumber }
      guard !name.isEmpty else { return nil }
      if rest.startIndex != line.startIndex { return String(name) }
      let after = rest[name.endIndex...].drop { $0 == " " }
      return after.hasPrefix("=") && !after.hasPrefix("==") ? String(name) : nil
    }
  }
}
