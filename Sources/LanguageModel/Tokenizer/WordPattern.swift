import Foundation

/// The regular expression by which a pre-tokenizer cuts text into words.
///
/// The expressions of the well-known tokenizers are recognised and scanned by hand, without a detour through UTF-16; any
/// other one runs on ICU's engine. Tests hold both to the same matches.
package struct WordPattern: Sendable {
  private enum Matcher: Sendable {
    case gpt2
    case llama3(longestNumber: Int)
    case words
    case numbers(longest: Int)
    case expression(NSRegularExpression)
  }

  private let matcher: Matcher

  /// The pattern of the ByteLevel pre-tokenizer.
  package static let gpt2 =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
  package static let llama3 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  /// LLaMA 3's with every digit alone.
  package static let qwen2 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  /// The pattern of `BytePairTrainer`: words and signs with their leading space; every digit alone, without one.
  package static let words = #"\p{N}| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  /// - Throws: where ICU cannot read `pattern`.
  package init(_ pattern: String) throws {
    switch pattern {
    case Self.gpt2: self.init(.gpt2)
    case Self.llama3: self.init(.llama3(longestNumber: 3))
    case Self.qwen2: self.init(.llama3(longestNumber: 1))
    case Self.words: self.init(.words)
    default: try self.init(interpreting: pattern)
    }
  }

  /// `pattern` on ICU's engine, known or not.
  package init(interpreting pattern: String) throws {
    // The reference tokenizers let ^ and $ match at line feeds.
    let options: NSRegularExpression.Options = [.anchorsMatchLines, .useUnixLineSeparators]
    matcher = .expression(try NSRegularExpression(pattern: pattern, options: options))
  }

  /// Every occurrence of `literal` itself.
  init(literal: String) throws {
    try self.init(interpreting: NSRegularExpression.escapedPattern(for: literal))
  }

  private init(_ matcher: Matcher) { self.matcher = matcher }

  static let gpt2Words = WordPattern(.gpt2)
  static let trainedWords = WordPattern(.words)

  /// Runs of at most `longest` characters of class `\p{N}`.
  static func numbers(longest: Int) -> WordPattern { WordPattern(.numbers(longest: longest)) }

  /// The matches in `text`, as ranges of its indices, none of them empty.
  package func matches(in text: ArraySlice<UInt8>) -> [Range<Int>] {
    if case .expression(let expression) = matcher { return Self.matches(of: expression, in: text) }
    let characters = ClassifiedText(text)
    var ranges: [Range<Int>] = []
    var start = 0
    while start < characters.count {
      guard let end = end(ofMatchAt: start, in: characters) else {
        start += 1
        continue
      }
      ranges.append(characters.offsets[start]..<characters.offsets[end])
      start = end
    }
    return ranges
  }

  private func end(ofMatchAt start: Int, in text: ClassifiedText) -> Int? {
    switch matcher {
    case .gpt2: return text.gpt2WordEnd(from: start)
    case .llama3(let longest): return text.llama3WordEnd(from: start, longestNumber: longest)
    case .words: return text.trainedWordEnd(from: start)
    case .numbers(let longest):
      let end = text.endOfRun(of: .number, from: start, limit: longest)
      return end > start ? end : nil
    case .expression: return nil
    }
  }

  private static func matches(of expression: NSRegularExpression, in text: ArraySlice<UInt8>) -> [Range<Int>] {
    let string = String(decoding: text, as: UTF8.self)
    // ICU counts UTF-16 units, the caller bytes.
    var byteOffsets: [Int] = []
    var offset = text.startIndex
    for scalar in string.unicodeScalars {
      for _ in 0..<UTF16.width(scalar) { byteOffsets.append(offset) }
      offset += UTF8.width(scalar)
    }
    let wholeText = NSRange(location: 0, length: byteOffsets.count)
    byteOffsets.append(offset)
    return expression.matches(in: string, range: wholeText).compactMap { match in
      let range = match.range
      return range.length > 0 ? byteOffsets[range.location]..<byteOffsets[range.location + range.length] : nil
    }
  }
}
