/// What stays of a Python program when only its form changes: equal hashes for equal programs.
///
/// Comments, docstrings, blank lines, spacing, the width of indentation and quotes do not count, and names that the program
/// itself binds (functions, parameters, variables) stand for their order of first use. The program is read by its tokens and
/// is not run; what is no Python is read the same way and stays different from what differs in its words.
package enum ProgramForm {
  /// - Parameter text: An answer in UTF-8. Of one with a fenced block, the first block is the program.
  package static func hash(of text: ArraySlice<UInt8>) -> UInt64 {
    let lines = PythonTokens(program(in: text)).lines.filter { !$0.isDocstring }
    let bound = BoundNames(lines)
    var ordinals: [UInt64: UInt64] = [:]
    var hash: UInt64 = 0
    func fold(_ value: UInt64) {
      hash = (hash ^ value) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 29
    }
    // Indentation by depth in the stack of those that are open, so that its width does not matter.
    var open: [Int] = []
    for line in lines {
      while let last = open.last, last > line.indentation { open.removeLast() }
      if open.last.map({ $0 < line.indentation }) ?? true { open.append(line.indentation) }
      fold(UInt64(open.count))
      for (index, token) in line.tokens.enumerated() {
        guard token.kind == .name, bound.contains(token.hash), !line.keepsName(at: index) else {
          fold(token.hash)
          continue
        }
        let ordinal = ordinals[token.hash] ?? UInt64(ordinals.count)
        ordinals[token.hash] = ordinal
        fold(ordinal &+ 1)
      }
    }
    return hash
  }

  /// The inside of the first ``` block, to the end where it is not closed; the whole text without one.
  private static func program(in text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let fence = fence(in: text) else { return text }
    let opening = text[fence...].firstIndex(of: UInt8(ascii: "\n")).map { text[($0 + 1)...] } ?? []
    return self.fence(in: opening).map { opening[..<$0] } ?? opening
  }

  /// The place of the first three backticks.
  private static func fence(in text: ArraySlice<UInt8>) -> Int? {
    var run = 0
    for index in text.indices {
      run = text[index] == UInt8(ascii: "`") ? run + 1 : 0
      if run == 3 { return index - 2 }
    }
    return nil
  }
}

/// The names that a program binds: functions, classes, parameters, targets of assignments and loops, and what follows `as`.
private struct BoundNames {
  private var names: Set<UInt64> = []

  init(_ lines: [PythonTokens.Line]) {
    for line in lines { read(line.tokens) }
  }

  func contains(_ name: UInt64) -> Bool { names.contains(name) }

  private mutating func read(_ tokens: [PythonTokens.Token]) {
    typealias Word = PythonTokens.Word
    var isLoop = false
    // The depth at which `def` or `lambda` stands, while its parameters are read.
    var parameters: Int?
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .close: if token.depth == parameters { parameters = nil }
      case .keyword:
        if token.is(Word.forLoop) { isLoop = true }
        if token.is(Word.inside) { isLoop = false }
        if token.is(Word.definition) || token.is(Word.lambda) { parameters = token.depth }
      case .other: if token.is(Word.colon), token.depth == parameters { parameters = nil }
      case .name:
        let before = index > 0 ? tokens[index - 1] : nil
        let after = index + 1 < tokens.count ? tokens[index + 1] : nil
        if before?.is(Word.dot) == true { continue }
        let isNamed =
          before.map { $0.is(Word.definition) || $0.is(Word.classDefinition) || $0.is(Word.asName) } ?? false
        let isPlain = after.map { !$0.is(Word.dot) && $0.kind != .open } ?? true
        let isParameter =
          parameters != nil
          && (before.map { $0.kind == .open || $0.is(Word.comma) || $0.is(Word.star) || $0.is(Word.lambda) } ?? false)
        if isNamed || isLoop && isPlain || isParameter || after?.is(Word.walrus) == true { names.insert(token.hash) }
      case .number, .string, .open, .assignment: break
      }
    }
    readAssignment(tokens)
  }

  /// The plain names left of the last `=`, and before an annotation.
  private mutating func readAssignment(_ tokens: [PythonTokens.Token]) {
    typealias Word = PythonTokens.Word
    var pending: [UInt64] = []
    for (index, token) in tokens.enumerated() where token.depth == 0 {
      switch token.kind {
      case .assignment:
        names.formUnion(pending)
        pending = []
      case .keyword: return
      case .other where token.is(Word.colon):
        // An annotated name at the start; otherwise a block or a lambda begins.
        if index == 1 { names.formUnion(pending) }
        return
      case .name:
        let isPart = index > 0 && tokens[index - 1].is(Word.dot)
        let isPlain = index + 1 >= tokens.count || !tokens[index + 1].is(Word.dot) && tokens[index + 1].kind != .open
        if !isPart, isPlain { pending.append(token.hash) }
      case .number, .string, .open, .close, .other: break
      }
    }
  }
}
