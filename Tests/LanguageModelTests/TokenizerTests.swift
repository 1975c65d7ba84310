import Foundation
import LanguageModel
import Randomness
import Testing

@Suite struct TokenizerTests {
  private struct ExpectedRow: Decodable {
    let tokenizer, text: String
    let ids, idsWithSpecialTokens: [Int]
    let decoded, decodedWithSpecialTokens: String
  }

  static func fixture(_ name: String) throws -> Data {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    return try Data(contentsOf: folder.appending(path: "tokenizers/\(name)"))
  }

  /// The rows of `make_fixtures.py`: every supported pre-tokenizer, kind of added token, template and normalizer.
  @Test(arguments: ["gpt2", "llama3", "mixed", "sparse", "words"])
  func idsAndTextsAreThoseOfHuggingFace(name: String) throws {
    let tokenizer = try Tokenizer(json: Self.fixture("\(name).json"), name: "\(name).json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let rows = try Self.fixture("expected.jsonl").split(separator: UInt8(ascii: "\n")).map {
      try decoder.decode(ExpectedRow.self, from: $0)
    }
    .filter { $0.tokenizer == name }
    #expect(rows.count == 69)
    for row in rows {
      #expect(tokenizer.encode(row.text) == row.ids, "\(row.text.debugDescription)")
      #expect(
        tokenizer.encode(row.text, addingSpecialTokens: true) == row.idsWithSpecialTokens,
        "\(row.text.debugDescription)")
      // Scalar by scalar: String's == takes canonically equivalent texts for equal.
      #expect(Array(tokenizer.decode(row.ids).unicodeScalars) == Array(row.decoded.unicodeScalars))
      #expect(
        Array(tokenizer.decode(row.ids, skippingSpecialTokens: false).unicodeScalars)
          == Array(row.decodedWithSpecialTokens.unicodeScalars))
    }
  }

  @Test func tokensAreFoundByTheirSpellingAndTheirBytesByID() throws {
    let tokenizer = try Tokenizer(json: Self.fixture("llama3.json"), name: "llama3.json")
    #expect(tokenizer.id(of: "<eos>") == 1)
    #expect(tokenizer.isSpecial(1) && !tokenizer.isSpecial(2))
    let id = try #require(tokenizer.id(of: "Ġapples"))
    #expect(tokenizer.bytes(of: id) == Array(" apples".utf8))
    #expect(tokenizer.id(of: "Ġpears") == nil)
    #expect(tokenizer.bytes(of: tokenizer.vocabularySize).isEmpty && tokenizer.bytes(of: -1).isEmpty)
    #expect(!tokenizer.bytes(of: tokenizer.vocabularySize - 1).isEmpty)
    // A character outside the vocabulary comes in pieces, which only together are UTF-8.
    let pieces = tokenizer.encode("\u{1f600}").map { tokenizer.bytes(of: $0) }
    #expect(pieces.count > 1 && Array(pieces.joined()) == Array("\u{1f600}".utf8))
  }

  @Test func aLongWordTakesNoLongerThanItsLength() throws {
    let tokenizer = try Tokenizer(json: Self.fixture("words.json"), name: "words.json")
    let text = String(repeating: "kites", count: 20_000)
    let elapsed = ContinuousClock().measure { #expect(tokenizer.decode(tokenizer.encode(text)) == text) }
    // A quadratic merge would take minutes.
    #expect(elapsed < .seconds(10))
  }

  @Test(arguments: [WordPattern.gpt2, WordPattern.llama3, WordPattern.qwen2, WordPattern.words])
  func scannersMatchAsICUDoes(pattern: String) throws {
    let scanner = try WordPattern(pattern)
    let expression = try WordPattern(interpreting: pattern)
    var stream = RandomStream(seed: 1, "scanners", pattern)
    for _ in 0..<2_000 {
      let text = Self.randomText(&stream)
      let utf8 = Array(text.utf8)[...]
      #expect(scanner.matches(in: utf8) == expression.matches(in: utf8), "\(text.debugDescription)")
    }
  }

  private static func randomText(_ stream: inout RandomStream) -> String {
    let fragments = [
      " ", "  ", "\n", "\r\n", "\t", "\u{85}", "\u{a0}", "\u{3000}", "'s", "'LL", "'rE", "'\u{17f}", "'", "7",
    ]
    var text = String.UnicodeScalarView()
    for _ in 0..<stream.index(below: 40) {
      switch stream.index(below: 4) {
      case 0: text.append(contentsOf: fragments[stream.index(below: fragments.count)].unicodeScalars)
      case 1: text.append(Unicode.Scalar(UInt8(stream.index(below: 128))))
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
      (#""type": "BPE""#, #""type": "Unigram""#, "model type 'Unigram' is not supported; supported: byte-level BPE"),
      (
        #""byte_fallback": false"#, #""byte_fallback": true"#,
        "byte_fallback (SentencePiece-style BPE) is not supported; supported: byte-level BPE"
      ),
      (#""dropout": null"#, #""dropout": 0.1"#, "dropout 0.1 is not supported; set it to null"),
      (
        #""end_of_word_suffix": null"#, #""end_of_word_suffix": "</w>""#,
        "end_of_word_suffix '</w>' is not supported; supported: byte-level BPE without it"
      ),
      (
        #""normalizer": null"#, #""normalizer": {"type": "Lowercase"}"#,
        "normalizer 'Lowercase' is not supported; supported: null, NFC"
      ),
      (
        #""type": "Split""#, #""type": "Metaspace""#,
        "pre_tokenizer 'Metaspace' is not supported; supported: ByteLevel, Split, Digits, Sequence"
      ),
      (
        #""behavior": "Isolated""#, #""behavior": "MergedWithNext""#,
        "behavior 'MergedWithNext' of the pre_tokenizer Split is not supported; supported: Isolated, Removed"
      ),
      (
        #""post_processor": null"#, #""post_processor": {"type": "BertProcessing"}"#,
        "post_processor 'BertProcessing' is not supported; supported: TemplateProcessing, ByteLevel, Sequence"
      ),
      (
        #""decoder": {"#, #""decoder": null, "unused": {"#, "decoder 'null' is not supported; supported: ByteLevel"
      ),
      (
        #""single_word": false"#, #""single_word": true"#,
        "single_word of the added token '<eos>' is not supported; set it to false"
      ),
      (#""id": 0"#, #""id": -1"#, "token ids must lie between 0 and 16777216, and there must be some"),
      (#""id": 0"#, #""id": 99999999999"#, "token ids must lie between 0 and 16777216, and there must be some"),
      (#""id": 0"#, #""id": "x""#, "'added_tokens.0.id' must be a whole number"),
      (#""merges": ["#, #""merges": ["a","#, "merge 0 is not a pair of tokens"),
      (
        #""merges": ["#, #""merges": ["a 東","#, "merge 0 names '東', which is not in the vocabulary"
      ),
      (#""Regex": ""#, #""Regex": "("#, nil),
      (#""version""#, #"version"#, "not valid JSON at byte 4; the file is damaged or cut off, get it again"),
    ] as [(String, String, String?)])
  func whatIsNotSupportedIsNamed(found: String, replacement: String, message: String?) throws {
    let json = String(
      decoding: try BytePairTrainer.train(texts: ["aa aa"], vocabularySize: 258, specialTokens: ["<eos>"]),
      as: UTF8.self)
    let range = try #require(json.range(of: found), "the trained file no longer holds '\(found)'")
    let broken = Data(json.replacingCharacters(in: range, with: replacement).utf8)
    let error = #expect(throws: ModelError.self) { try Tokenizer(json: broken, name: "tokenizer.json") }
    if let message { #expect(error?.description == "tokenizer.json: \(message)") }
    #expect(error?.code == .badInput)
    #expect(error?.message.contains("\n") == false)
  }

  @Test func aFolderWithoutATokenizerIsNamed() throws {
    let error = #expect(throws: ModelError.self) { try Tokenizer(contentsOf: URL(filePath: "/nonexistent")) }
    #expect(
      error?.description
        == "/nonexistent/tokenizer.json: cannot be read: no such file; check that the model folder is complete")
  }

  /// The real tokenizer, which is not ours to distribute: below REVERSAL_SHARED, or in `shared` beside the package.
  private static let llama3: URL = {
    let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let shared = ProcessInfo.processInfo.environment["REVERSAL_SHARED"].map { URL(filePath: $0) }
    return (shared ?? package.appending(path: "../shared")).appending(path: "tokenizers/llama3").standardizedFileURL
  }()

  private static var hasLlama3: Bool {
    FileManager.default.fileExists(atPath: llama3.appending(path: "tokenizer.json").path)
  }

  @Test(.enabled(if: hasLlama3, "needs the real LLaMA 3 tokenizer in a shared folder; see REVERSAL_SHARED"))
  func theRealLlama3Tokenizer() throws {
    let tokenizer = try Tokenizer(contentsOf: Self.llama3)
    #expect(tokenizer.vocabularySize == 128_256)
    #expect(tokenizer.encode("Hello world", addingSpecialTokens: true) == [128_000, 9_906, 1_917])
    #expect(tokenizer.encode("<<48/2=24>>24 #### 72") == [2501, 2166, 14, 17, 28, 1187, 2511, 1187, 27370, 220, 5332])
  }
}
