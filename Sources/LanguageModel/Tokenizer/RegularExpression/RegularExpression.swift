/// A regular expression of a tokenizer, matched on UTF-8 without a detour through UTF-16.
///
/// The dialect is Oniguruma's, as Hugging Face's `tokenizers` compiles it, less what only other uses need: captures, back
/// references, conditions. A construct that is left out is refused by its name, so that no text is ever cut in another way.
package struct RegularExpression: Sendable {
  /// Why a pattern cannot be used.
  package struct PatternError: Error, Hashable, Sendable {
    /// The construct, as it stands in a sentence.
    package let construct: String

    init(_ construct: String) { self.construct = construct }
  }

  private let program: RegularExpressionProgram

  package init(_ pattern: String) throws(PatternError) {
    guard pattern.utf8.count <= 1 << 16 else { throw PatternError("a pattern above 65536 bytes") }
    var parser = RegularExpressionParser(pattern)
    program = try RegularExpressionProgram(try parser.parse())
  }

  /// The matches in `range` of `text`, one after the other; those that are empty stand where Oniguruma finds them.
  package func matches(in text: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var matches: [Range<Int>] = []
    var matcher = RegularExpressionMatcher(program, text, range)
    var position = range.lowerBound
    while position <= range.upperBound, !matcher.isExhausted {
      if let end = matcher.end(ofMatchAt: position), end > position || matches.last?.upperBound != position {
        matches.append(position..<end)
        if end > position {
          position = end
          continue
        }
      }
      position += position < range.upperBound ? UTF8Text.width(startingWith: text[position]) : 1
    }
    return matches
  }
}
