/// Markdown's fenced blocks of code.
enum FencedBlock {
  /// The lines of every block of Python or of no named language, in order. A last block may be open, where the end of
  /// the completion was cut off with its fence; and the text before a first bare fence is a block where it is Python,
  /// as when the prompt ended with the opening fence.
  static func blocks(in lines: [Substring]) -> [[Substring]] {
    var blocks: [[Substring]] = []
    var open: (indentation: Int, isPython: Bool, mark: Character, lines: [Substring])?
    var hasFence = false
    for (index, line) in lines.enumerated() {
      guard let fence = Fence(line) else {
        if let block = open { open?.lines.append(line.droppingIndentation(block.indentation)) }
        continue
      }
      if let block = open {
        if fence.mark == block.mark, fence.language.isEmpty {
          if block.isPython { blocks.append(block.lines) }
          open = nil
        } else {
          open?.lines.append(line)
        }
      } else if !hasFence, fence.language.isEmpty, let before = PythonLines.program(in: Array(lines[..<index])) {
        blocks.append(before)
      } else {
        open = (fence.indentation, fence.isPython, fence.mark, [])
      }
      hasFence = true
    }
    if let open, open.isPython, !ProgramExtraction.isBlank(open.lines), blocks.isEmpty { blocks.append(open.lines) }
    return blocks
  }

  private struct Fence {
    let indentation: Int
    let mark: Character
    let language: String

    var isPython: Bool { language.isEmpty || ["py", "python", "python3", "python2"].contains(language) }

    init?(_ line: Substring) {
      let trimmed = line.drop { $0 == " " || $0 == "\t" }
      guard let mark = trimmed.first, mark == "`" || mark == "~", trimmed.prefix(3).allSatisfy({ $0 == mark }),
        trimmed.count >= 3
      else { return nil }
      let information = trimmed.drop { $0 == mark }
      guard !information.contains("`") else { return nil }
      indentation = line.count - trimmed.count
      self.mark = mark
      language =
        information.split(whereSeparator: { $0.isWhitespace || $0 == "{" || $0 == "}" || $0 == "." })
        .first.map { $0.lowercased() } ?? ""
    }
  }
}

extension Substring {
  fileprivate func droppingIndentation(_ count: Int) -> Substring {
    var rest = self
    for _ in 0..<count where rest.first == " " || rest.first == "\t" { rest = rest.dropFirst() }
    return rest
  }
}
