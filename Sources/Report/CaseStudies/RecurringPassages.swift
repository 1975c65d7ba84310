/// The passages that the samples of one iteration have in common.
///
/// A token is marked when it lies in a run of `runLength` consecutive tokens that occurs in at least half of the samples,
/// and in two at least. Longer passages are unions of such runs. Tokens are words (letters, digits, `_`) and signs, a
/// repeated sign such as `####` or `<<` counting once; they are compared in lower case, and blanks do not count.
package struct RecurringPassages: Sendable {
  package static let runLength = 6

  /// By sample, in the order given: disjoint ranges in ascending order, the blanks between marked tokens included.
  package let ranges: [[Range<String.Index>]]
  /// The share of all tokens that are marked; nil where there is no token.
  package let markedShare: Double?

  package init(_ samples: [String]) {
    let tokenised = samples.map(Self.tokens)
    var samplesWithRun: [ArraySlice<String>: Int] = [:]
    for tokens in tokenised {
      for run in Set(Self.runs(tokens.map(\.text))) { samplesWithRun[run, default: 0] += 1 }
    }
    let needed = max(2, (samples.count + 1) / 2)
    var markedCount = 0
    var tokenCount = 0
    var ranges: [[Range<String.Index>]] = []
    for tokens in tokenised {
      var isMarked = [Bool](repeating: false, count: tokens.count)
      for (start, run) in Self.runs(tokens.map(\.text)).enumerated() where samplesWithRun[run, default: 0] >= needed {
        for position in start..<start + Self.runLength { isMarked[position] = true }
      }
      markedCount += isMarked.count { $0 }
      tokenCount += tokens.count
      ranges.append(Self.join(tokens.map(\.range), isMarked))
    }
    self.ranges = ranges
    markedShare = tokenCount == 0 ? nil : Double(markedCount) / Double(tokenCount)
  }

  private static func runs(_ tokens: [String]) -> [ArraySlice<String>] {
    guard tokens.count >= runLength else { return [] }
    return (0...tokens.count - runLength).map { tokens[$0..<$0 + runLength] }
  }

  private static func join(_ tokens: [Range<String.Index>], _ isMarked: [Bool]) -> [Range<String.Index>] {
    var joined: [Range<String.Index>] = []
    var extendsLast = false
    for (token, marked) in zip(tokens, isMarked) {
      if marked, extendsLast, let last = joined.popLast() {
        joined.append(last.lowerBound..<token.upperBound)
      } else if marked {
        joined.append(token)
      }
      extendsLast = marked
    }
    return joined
  }

  private static func tokens(_ text: String) -> [(text: String, range: Range<String.Index>)] {
    var tokens: [(text: String, range: Range<String.Index>)] = []
    var position = text.startIndex
    while position < text.endIndex {
      var end = text.index(after: position)
      let isWord = isWordCharacter(text[position])
      while end < text.endIndex, isWord ? isWordCharacter(text[end]) : text[end] == text[position] {
        end = text.index(after: end)
      }
      if !text[position].isWhitespace { tokens.append((text[position..<end].lowercased(), position..<end)) }
      position = end
    }
    return tokens
  }

  private static func isWordCharacter(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}
