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
  @Test(arguments: [
    "gpt2.json", "llama3.json", "mixed.json", "sparse.json", "words.json", "split.json", "bert.json", "metaspace.json",
    "legacy.json", "wordend.json", "sentencepiece.model", "rules.model", "tiktoken.model",
  ])
  func idsAndTextsAreThoseOfTheReference(file: String) throws {
    let data = try Self.fixture(file)
    let tokenizer =
      file.hasSuffix(".json") ? try Tokenizer(json: data, name: file) : try Tokenizer(model: data, name: file)
    let name = file.prefix { $0 != "." }
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

  @Test func aCompletionKeepsItsSpaces() throws {
    let tokenizer = try Tokenizer(model: Self.fixture("sentencepiece.model"), name: "sentencepiece.model")
    let legacy = try Tokenizer(json: Self.fixture("legacy.json"), name: "legacy.json")
    for tokenizer in [tokenizer, legacy] {
      let (tokens, promptCount) = tokenizer.tokens(prompt: "Mia had", completion: " 12 apples \u{1f600}")
      let bytes = tokens[promptCount...].flatMap { tokenizer.completionBytes(of: Int($0)) }
      #expect(String(decoding: bytes, as: UTF8.self) == " 12 apples \u{1f600}")
      #expect(tokenizer.decode(tokens.map { Int($0) }) == "Mia had 12 apples \u{1f600}")
    }
  }

  @Test func aFolderSaysWhichTokensSurroundAText() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tokenizer-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      // What is left in the temporary folder harms nobody.
      try? FileManager.default.removeItem(at: folder)
    }
    let configuration = folder.appending(path: "tokenizer_config.json")
    try Self.fixture("sentencepiece.model").write(to: folder.appending(path: "tokenizer.model"))
    let plain = try Tokenizer(contentsOf: folder).encode("Mia", addingSpecialTokens: true)
    #expect(plain.first == 1 && plain.count > 1 && plain.last != 2)
    try Data(#"{"add_bos_token": false, "add_eos_token": true, "eos_token": {"content": "</s>"}}"#.utf8)
      .write(to: configuration)
    #expect(try Tokenizer(contentsOf: folder).encode("Mia", addingSpecialTokens: true) == plain.dropFirst() + [2])
    // In a tokenizer.json's place too, which is preferred.
    try Self.fixture("llama3.json").write(to: folder.appending(path: "tokenizer.json"))
    try Data(#"{"add_bos_token": true, "bos_token": "<bos>", "add_eos_token": false}"#.utf8).write(to: configuration)
    let tokenizer = try Tokenizer(contentsOf: folder)
    #expect(tokenizer.encode("Mia", addingSpecialTokens: true) == [0] + tokenizer.encode("Mia"))
    try Data(#"{"add_bos_token": true, "bos_token": "<none>"}"#.utf8).write(to: configuration)
    let error = #expect(throws: ModelError.self) { try Tokenizer(contentsOf: folder) }
    #expect(error?.message == "bos_token '<none>' of tokenizer_config.json is not in the vocabulary; correct it")
  }

  @Test func specialTokensInATextCountOnlyWhereTheyAreAskedFor() throws {
    let tokenizer = try Tokenizer(model: Self.fixture("tiktoken.model"), name: "tiktoken.model")
    let bos = try #require(tokenizer.id(of: "<|begin_of_text|>"))
    #expect(!tokenizer.encode("<|begin_of_text|>").contains(bos))
    #expect(tokenizer.encode("<|begin_of_text|>", recognizingSpecialTokens: true) == [bos])
    #expect(tokenizer.id(of: "<|eot_id|>") == bos + 9)
    #expect(tokenizer.id(of: "<|reserved_special_token_250|>") == bos + 255)
  }

  @Test(
    arguments: [
      (#""type": "BPE""#, #""type": "Unigram""#, "model type 'Unigram' is not supported; supported: BPE, WordPiece"),
      (#""dropout": null"#, #""dropout": 0.1"#, "dropout 0.1 is not supported; set it to null"),
      (
        #""normalizer": null"#, #""normalizer": {"type": "Bogus"}"#,
        "normalizer 'Bogus' is not supported; supported: NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, BertNormalizer, "
          + "Replace, Prepend, Strip, Nmt, Precompiled, ByteLevel, Sequence"
      ),
      (
        #""type": "Split""#, #""type": "UnicodeScripts""#,
        "pre_tokenizer 'UnicodeScripts' is not supported; supported: ByteLevel, Split, Digits, Whitespace, "
          + "WhitespaceSplit, Punctuation, BertPreTokenizer, CharDelimiterSplit, Metaspace, Sequence"
      ),
      (
        #""behavior": "Isolated""#, #""behavior": "Merged""#, "behavior 'Merged' of the pre_tokenizer is not supported"
      ),
      (
        #""post_processor": null"#, #""post_processor": {"type": "Bogus"}"#,
        "post_processor 'Bogus' is not supported; supported: TemplateProcessing, BertProcessing, RobertaProcessing, "
          + "ByteLevel, Sequence"
      ),
      (
        #""post_processor": null"#,
        #""post_processor": {"type": "BertProcessing", "sep": ["x", 1], "cls": ["y", 999]}"#,
        "the post_processor adds the id 999, which is not in the vocabulary"
      ),
      (
        #""decoder": {"#, #""decoder": {"type": "CTC"}, "unused": {"#,
        "decoder 'CTC' is not supported; supported: ByteLevel, ByteFallback, Fuse, Replace, Strip, Metaspace, WordPiece, "
          + "BPEDecoder, Sequence"
      ),
      (#""id": 0"#, #""id": -1"#, "token ids must lie between 0 and 4194304, and there must be some"),
      (#""id": 0"#, #""id": 99999999999"#, "token ids must lie between 0 and 4194304, and there must be some"),
      (#""id": 0"#, #""id": "x""#, "'added_tokens.0.id' must be a whole number"),
      (#""merges": ["#, #""merges": ["a","#, "merge 0 is not a pair of tokens"),
      (
        #""merges": ["#, #""merges": ["a 東","#, "merge 0 names '東', which is not in the vocabulary"
      ),
      (#""Regex": ""#, #""Regex": "("#, nil),
      (#""Regex": ""#, #""Regex": "\\1|"#, nil),
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
  private static let real: URL = {
    let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let shared = ProcessInfo.processInfo.environment["REVERSAL_SHARED"].map { URL(filePath: $0) }
    return (shared ?? package.appending(path: "../shared")).appending(path: "tokenizers").standardizedFileURL
  }()

  private static var hasReal: Bool {
    FileManager.default.fileExists(atPath: real.appending(path: "llama3/tokenizer.json").path)
  }

  /// Beyond both forms of each file agreeing: `Tests/Parity/tokenization.py` compares them with the reference.
  @Test(
    .enabled(if: hasReal, "needs the real tokenizers in a shared folder; see REVERSAL_SHARED"),
    arguments: ["llama2", "llama3", "mistral"])
  func bothFormsOfARealTokenizerAgree(name: String) throws {
    let folder = Self.real.appending(path: name)
    let json = try Tokenizer(contentsOf: folder)
    let model = try Tokenizer(
      model: try Data(contentsOf: folder.appending(path: "tokenizer.model")), name: "tokenizer.model")
    #expect(json.vocabularySize == model.vocabularySize)
    for text in ["", "Hello world", "  two\n\n\tspaces ", "<<48/2=24>>24 #### 72", "naïve 東京 \u{1f600}\u{10ffff}"] {
      #expect(json.encode(text, addingSpecialTokens: true) == model.encode(text, addingSpecialTokens: true))
      #expect(json.decode(json.encode(text)) == text)
    }
  }

  @Test(.enabled(if: hasReal, "needs the real tokenizers in a shared folder; see REVERSAL_SHARED"))
  func theRealLlama3Tokenizer() throws {
    let tokenizer = try Tokenizer(contentsOf: Self.real.appending(path: "llama3"))
    #expect(tokenizer.vocabularySize == 128_256)
    #expect(tokenizer.encode("Hello world", addingSpecialTokens: true) == [128_000, 9_906, 1_917])
    #expect(tokenizer.encode("<<48/2=24>>24 #### 72") == [2501, 2166, 14, 17, 28, 1187, 2511, 1187, 27370, 220, 5332])
  }
}
