import Foundation
import LanguageModel
import Randomness
import Testing

@Suite struct RegularExpressionTests {
  private static let qwen2 = WordPattern.llama3.replacingOccurrences(of: "{1,3}", with: "")
  private static let o200k =
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
    + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
    + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  private static let cl100k =
    #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"#

  /// ICU is a second reader of the same language.
  @Test(arguments: [
    WordPattern.gpt2, WordPattern.llama3, WordPattern.words, qwen2, o200k, cl100k, #"(?<=a)b|(?<!\d)c+?(?=\W)"#,
    #"[a-z&&[^aeiou]]+|[^\P{L}a-z]+"#, #"(?i)[a-f]{2,}|o[j-z]*"#, #"(?>\p{L}+)'|\p{L}++(?!\d)|."#,
    #"(?:ab|a){1,3}c?|\x{41}+|\u0042"#, #"^\s|\d{2,3}$"#, #"(?:[a-c]+?[0-9]{0,2}?)+x?"#,
  ])
  func matchesAreThoseOfICU(pattern: String) throws {
    let ours = try RegularExpression(pattern)
    // The reference tokenizers let ^ and $ match at line feeds.
    let options: NSRegularExpression.Options = [.anchorsMatchLines, .useUnixLineSeparators]
    let theirs = try NSRegularExpression(pattern: pattern, options: options)
    var stream = RandomStream(seed: 1, "expressions", pattern)
    for _ in 0..<500 {
      let text = Self.randomText(&stream)
      let utf8 = Array(text.utf8)
      let utf16 = Array(text.utf16)
      let expected = theirs.matches(in: text, range: NSRange(location: 0, length: utf16.count)).map {
        String(decoding: utf16[$0.range.location..<$0.range.location + $0.range.length], as: UTF16.self)
      }
      let found = ours.matches(in: utf8, 0..<utf8.count).map { String(decoding: utf8[$0], as: UTF8.self) }
      let isSame = found.count == expected.count && zip(found, expected).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
      #expect(isSame, "\(text.debugDescription): \(found), and ICU \(expected)")
    }
  }

  private static func randomText(_ stream: inout RandomStream) -> String {
    let fragments = [
      " ", "  ", "\n", "\r\n", "\t", "\u{85}", "\u{a0}", "\u{3000}", "'s", "'LL", "'rE", "'\u{17f}", "'", "7", "abab",
      "abc12", "Ab",
    ]
    var text = String.UnicodeScalarView()
    for _ in 0..<stream.index(below: 40) {
      switch stream.index(below: 4) {
      case 0, 1: text.append(contentsOf: fragments[stream.index(below: fragments.count)].unicodeScalars)
      case 2: text.append(Unicode.Scalar(UInt8(stream.index(below: 128))))
      default:
        let limit = stream.index(below: 2) == 0 ? 0x3000 : 0x20000
        // Characters that every Unicode library of these years knows.
        if let scalar = Unicode.Scalar(UInt32(stream.index(below: limit))), let age = scalar.properties.age,
          age.major <= 14
        {
          text.append(scalar)
        }
      }
    }
    return String(text)
  }

  @Test(
    arguments: [
      (#"(a)\1"#, "the back reference or octal '\\1'"), (#"\p{Han}"#, "the property '\\p{Han}'"),
      (#"(?s:a)"#, "the group (?s"), (#"(?<name>a)"#, "the group (?<"),
      (#"(a*)*"#, "an unlimited repetition of what can match nothing"),
      (#"a{2}?"#, "'?' after {2}"), (#"(?<=a+)b"#, "a look behind of variable length"),
      (#"[[:alpha:]]"#, "the POSIX bracket '[:'"),
      (#"(?i:ss)"#, "'ss' regardless of case"), (#"(a"#, "an unclosed '('"), (#"a)"#, "an unmatched ')'"),
      (#"[a"#, "an unclosed '['"),
      (#"\R"#, "the escape '\\R'"), (#"a{9999}"#, "a count above 1000"), ("*a", "'*' with nothing to repeat"),
      (#"((a{1000}b){1000}c){1000}"#, "repetitions that need too much memory"),
      (#"a+*+*+*+*+"#, "more than 4 repetitions of one element"),
      (String(repeating: "(", count: 40), "groups nested 32 deep"), (#"[b-a]"#, "a range that ends before it starts"),
      (#"a\"#, "an unfinished escape"), (#"[a&&^b]"#, "'^' after '&&'"),
    ])
  func whatIsNotSupportedIsNamed(pattern: String, construct: String) {
    let error = #expect(throws: RegularExpression.PatternError.self) { try RegularExpression(pattern) }
    #expect(error?.construct == construct)
  }

  @Test(arguments: ["(?:a|aa)+b", "(?:a|a)*b", "(?:a?){50}b", "a*a*a*a*a*b", "(?=(?:a|aa)+b)c|x", "(?>a*a*)b"])
  func aHostilePatternEnds(pattern: String) throws {
    let expression = try RegularExpression(pattern)
    let text = Array(String(repeating: "a", count: 20_000).utf8)
    let elapsed = ContinuousClock().measure { #expect(expression.matches(in: text, 0..<text.count).isEmpty) }
    #expect(elapsed < .seconds(20))
  }
}
