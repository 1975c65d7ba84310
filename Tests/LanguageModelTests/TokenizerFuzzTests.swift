import Foundation
import LanguageModel
import Randomness
import Testing

/// Damaged files are refused with one line or read; they never crash, hang or take memory without bound.
@Suite struct TokenizerFuzzTests {
  /// Mutants a file; many with REVERSAL_TORTURE=1.
  private static let count = ProcessInfo.processInfo.environment["REVERSAL_TORTURE"] == "1" ? 20_000 : 150

  private static let marks = Array("{}[]()\"\\,:*+?|-0 9ei%".utf8)

  private static let text = "Mia had 12 apples, naïve 東京\n\n <eos> \u{1f600}  it's"

  @Test(arguments: [
    "llama3.json", "mixed.json", "split.json", "bert.json", "metaspace.json", "legacy.json", "wordend.json",
    "sentencepiece.model", "rules.model", "tiktoken.model",
  ])
  func aDamagedTokenizerIsRefusedOrRead(file: String) throws {
    let original = Array(try TokenizerTests.fixture(file))
    var stream = RandomStream(seed: 3, "fuzz", file)
    for _ in 0..<Self.count {
      let mutant = Data(Self.mutated(original, &stream))
      do {
        let tokenizer =
          file.hasSuffix(".json") ? try Tokenizer(json: mutant, name: file) : try Tokenizer(model: mutant, name: file)
        let ids = tokenizer.encode(Self.text, addingSpecialTokens: true, recognizingSpecialTokens: true)
        #expect(ids.allSatisfy { 0..<tokenizer.vocabularySize ~= $0 })
        _ = tokenizer.decode(ids, skippingSpecialTokens: false)
        _ = ids.map { tokenizer.completionBytes(of: $0) }
      } catch let error as ModelError {
        #expect(!error.description.contains("\n"))
      }
    }
  }

  @Test func aDamagedTemplateIsRefusedOrRendered() throws {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    let file = try Data(contentsOf: folder.appending(path: "chat/expected.json"))
    struct Templates: Decodable { let templates: [String: String] }
    let messages = [ChatMessage(role: "system", content: "s"), ChatMessage(role: "user", content: "Größe")]
    let templates = try JSONDecoder().decode(Templates.self, from: file).templates
    for (name, source) in templates.sorted(by: { $0.key < $1.key }) {
      var stream = RandomStream(seed: 3, "fuzz", name)
      for _ in 0..<Self.count {
        let mutant = String(decoding: Self.mutated(Array(source.utf8), &stream), as: UTF8.self)
        do {
          _ = try ChatTemplate(mutant, name: name).render(messages, addGenerationPrompt: true)
        } catch let error as ModelError {
          #expect(!error.description.contains("\n"))
        }
      }
    }
  }

  /// Some bytes changed, cut out, put in, doubled, or the end lost.
  private static func mutated(_ bytes: [UInt8], _ stream: inout RandomStream) -> [UInt8] {
    var bytes = bytes
    for _ in 0...stream.index(below: 4) where !bytes.isEmpty {
      let place = stream.index(below: bytes.count)
      switch stream.index(below: 7) {
      case 0: bytes[place] = UInt8(stream.index(below: 256))
      case 1: bytes[place] ^= 1 << UInt8(stream.index(below: 8))
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(Self.marks[stream.index(below: Self.marks.count)], at: place)
      case 4:
        let end = min(bytes.count, place + stream.index(below: 40))
        bytes.insert(contentsOf: bytes[place..<end], at: stream.index(below: bytes.count))
      case 5: bytes.removeSubrange(place..<min(bytes.count, place + stream.index(below: 40)))
      default: if stream.index(below: 4) == 0 { bytes.removeSubrange(place...) }
      }
    }
    return bytes
  }
}
