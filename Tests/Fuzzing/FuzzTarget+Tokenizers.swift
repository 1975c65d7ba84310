import Foundation
import LanguageModel

extension FuzzTarget {
  private static let text = "Mia had 12 apples, naïve 東京\n\n <eos> \u{1f600}  it's"

  static let tokenizers = [
    FuzzTarget("tokenizer-json", dictionary: "tokenizer") { _ in
      { try use(try Tokenizer(json: Data($0), name: "tokenizer.json")) }
    },
    FuzzTarget("sentencepiece", dictionary: "binary") { _ in
      { try use(try Tokenizer(model: Data($0), name: "tokenizer.model")) }
    },
    FuzzTarget("tiktoken", dictionary: "binary") { _ in
      { try use(try Tokenizer(model: Data($0), name: "tokenizer.model")) }
    },
    FuzzTarget("split-pattern", dictionary: "pattern") { _ in
      { input in
        do {
          let bytes = Array(text.utf8)
          let matches = try RegularExpression(String(decoding: input, as: UTF8.self)).matches(
            in: bytes, 0..<bytes.count)
          guard matches.allSatisfy({ $0.upperBound <= bytes.count }) else { throw Breach("a match beyond the text") }
        } catch let error as RegularExpression.PatternError {
          throw ModelError(.badInput, file: "tokenizer.json", error.construct)
        }
      }
    },
    FuzzTarget("chat-template", dictionary: "jinja") { _ in
      { input in
        let source = String(decoding: input, as: UTF8.self)
        let template = try ChatTemplate(
          source, name: "t", specialTokens: [("bos_token", "<s>"), ("eos_token", "</s>")])
        let messages = [ChatMessage(role: "system", content: "s"), ChatMessage(role: "user", content: " Größe\n")]
        _ = try template.render(messages, addGenerationPrompt: true)
      }
    },
  ]

  private static func use(_ tokenizer: Tokenizer) throws {
    let ids = tokenizer.encode(text, addingSpecialTokens: true, recognizingSpecialTokens: true)
    guard ids.allSatisfy({ 0..<tokenizer.vocabularySize ~= $0 }) else { throw Breach("an id outside the vocabulary") }
    _ = tokenizer.decode(ids, skippingSpecialTokens: false)
    for id in ids { _ = tokenizer.completionBytes(of: id) }
  }
}
