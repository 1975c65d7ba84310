import Foundation
import LanguageModel
import Testing

@Suite struct BytePairTrainerTests {
  private struct File: Decodable {
    struct Model: Decodable {
      let vocab: [String: Int]
      let merges: [String]
    }
    struct PairsModel: Decodable {
      let vocab: [String: Int]
      let merges: [[String]]
    }
    let model: Model
  }

  private struct ReferenceFile: Decodable {
    let model: File.PairsModel
  }

  private func model(_ texts: [String], size: Int, specialTokens: [String] = []) throws -> File.Model {
    let json = try BytePairTrainer.train(texts: texts, vocabularySize: size, specialTokens: specialTokens)
    return try JSONDecoder().decode(File.self, from: json).model
  }

  /// `words.json` was trained by `tokenizers` on the same texts with the same settings.
  @Test func theTokenizerIsTheOneThatHuggingFaceTrains() throws {
    let corpus = try JSONDecoder().decode([String].self, from: TokenizerTests.fixture("corpus.json"))
    let reference = try JSONDecoder().decode(ReferenceFile.self, from: TokenizerTests.fixture("words.json")).model
    let trained = try model(corpus, size: 360, specialTokens: ["<bos>", "<eos>"])
    #expect(reference.merges.count > 50)
    #expect(trained.merges == reference.merges.map { $0.joined(separator: " ") })
    #expect(trained.vocab == reference.vocab)
  }

  @Test func digitsStayAloneAndFrequentWordsBecomeOneTokenWithTheirSpace() throws {
    let texts = [String](repeating: "Mia sold 48 kites and 48 more kites: <<48+48=96>>96\n#### 96", count: 3)
    let json = try BytePairTrainer.train(texts: texts, vocabularySize: 400, specialTokens: ["<eos>"])
    let tokenizer = try Tokenizer(json: json, name: "trained")
    func pieces(_ text: String) -> [String] { tokenizer.encode(text).map { tokenizer.decode([$0]) } }
    #expect(pieces(" kites 48") == [" kites", " ", "4", "8"])
    #expect(pieces("Mia sold 484 more<eos>") == ["Mia", " sold", " ", "4", "8", "4", " more", ""])
    #expect(pieces("\n#### 96") == ["\n", "####", " ", "9", "6"])
    for id in 0..<tokenizer.vocabularySize {
      let bytes = tokenizer.bytes(of: id)
      #expect(bytes.count == 1 || !bytes.contains { 0x30...0x39 ~= $0 }, "\(bytes)")
    }
    #expect(tokenizer.decode(tokenizer.encode(texts[0])) == texts[0])
  }

  @Test func theMostFrequentPairComesFirstAndOfEqualsTheSmallerIDs() throws {
    // "cd" three times, "ab" and "xy" twice each, "zz" once.
    let trained = try model(["xy", "ab", "cd", "zz", "cd", "ab", "xy", "cd"], size: 300)
    #expect(trained.merges == ["c d", "a b", "x y"])
    #expect(trained.vocab["cd"] == 256 && trained.vocab["ab"] == 257 && trained.vocab["xy"] == 258)
    #expect(trained.vocab["!"] == 0 && trained.vocab["\u{143}"] == 255)
  }

  @Test func theOrderOfTheTextsDoesNotMatter() throws {
    let corpus = try JSONDecoder().decode([String].self, from: TokenizerTests.fixture("corpus.json"))
    let forward = try BytePairTrainer.train(texts: corpus, vocabularySize: 320, specialTokens: ["<eos>"])
    #expect(
      try BytePairTrainer.train(texts: corpus.reversed(), vocabularySize: 320, specialTokens: ["<eos>"]) == forward)
  }

  @Test func trainingEndsWhenNoPairOccursTwice() throws {
    let trained = try model(["aaaa"], size: 1000)
    #expect(trained.merges == ["a a"])
    #expect(try model([], size: 1000).merges.isEmpty)
    #expect(try model(["abc abc"], size: 256).merges.isEmpty)
  }

  @Test func noMergeTakesTheTextOfASpecialToken() throws {
    let trained = try model(["ababab", "ababab"], size: 300, specialTokens: ["ab", "\"\\\n"])
    #expect(trained.vocab["ab"] == 0 && trained.vocab["\"\\\n"] == 1)
    #expect(!trained.merges.contains("a b") && trained.merges.first == "b a")
  }

  @Test(arguments: [
    (256, ["<eos>"], "a vocabulary of 256 has no room for 1 special tokens and 256 bytes; make it at least 257"),
    (300, ["<eos>", "<eos>"], "the special token '<eos>' is empty or repeated; give each a text of its own"),
    (300, [""], "the special token '' is empty or repeated; give each a text of its own"),
    (300, ["a"], "the special token 'a' is empty or repeated; give each a text of its own"),
  ])
  func impossibleSettingsAreNamed(size: Int, specialTokens: [String], message: String) {
    let error = #expect(throws: ModelError.self) {
      try BytePairTrainer.train(texts: ["text"], vocabularySize: size, specialTokens: specialTokens)
    }
    #expect(error?.description == message)
  }
}
