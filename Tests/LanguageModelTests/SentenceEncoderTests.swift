import Foundation
import LanguageModel
import Testing

/// Sentence encoders against sentence-transformers (Fixtures/encoders/make_fixtures.py), and folders that are not what they
/// say.
@Suite struct SentenceEncoderTests {
  struct Row: Decodable {
    let text: String
    let embedding: [Float]
  }

  static let names = ["mean", "first-token", "plain"]

  static func folder(_ name: String) throws -> URL {
    try #require(Bundle.module.resourceURL).appending(path: "Fixtures/encoders").appending(path: name)
  }

  private static func rows(_ name: String) throws -> [Row] {
    try JSONDecoder().decode([Row].self, from: Data(contentsOf: folder(name).appending(path: "expected.json")))
  }

  @Test(arguments: names) func embeddingsAreThoseOfSentenceTransformers(name: String) throws {
    let rows = try Self.rows(name)
    let encoder = try SentenceEncoder(contentsOf: Self.folder(name))
    let found = try encoder.embed(rows.map(\.text), threads: 2)
    #expect(found.count == rows.count && rows.count > 15)
    for (row, vector) in zip(rows, found) {
      let difference = zip(row.embedding, vector).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference < 1e-5 && vector.count == encoder.dimension, "\(row.text.prefix(60))")
      let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect(abs(length - 1) < 1e-6)
    }
  }

  @Test(arguments: names) func bitsDependOnTheTextAlone(name: String) throws {
    let encoder = try SentenceEncoder(contentsOf: Self.folder(name))
    let texts = try Self.rows(name).map(\.text)
    let alone = try texts.map { try encoder.embed([$0], threads: 1)[0] }
    for (threads, batchTokens) in [(1, 1), (1, 50), (2, 64), (3, 100_000)] {
      let order = texts.indices.map { ($0 * 7 + threads) % texts.count }
      let together = try encoder.embed(
        order.map { texts[$0] } + texts, threads: threads, batchTokens: batchTokens)
      #expect(together == order.map { alone[$0] } + alone)
    }
    #expect(try encoder.embed([], threads: 2).isEmpty)
  }

  /// Limits: of the tokenizer, of `sentence_bert_config.json`, of the tokenizer again.
  @Test(arguments: zip(names, [40, 21, 40])) func longTextsAreCutWithinTheirSpecialTokens(name: String, limit: Int)
    throws
  {
    let encoder = try SentenceEncoder(contentsOf: Self.folder(name))
    let tokens = encoder.tokens(of: String(repeating: "kites and apples ", count: 5_000))
    #expect(encoder.maximumTokenCount == limit && tokens.count == limit)
    #expect(tokens.first == 2 && tokens.last == 3)
    #expect(encoder.tokens(of: "") == [2, 3])
  }

  // MARK: Folders that are not what they say

  private final class Copy {
    let folder: URL

    init(_ name: String) throws {
      folder = FileManager.default.temporaryDirectory.appending(path: "encoder-\(UUID().uuidString)")
      try FileManager.default.copyItem(at: SentenceEncoderTests.folder(name), to: folder)
    }

    deinit {
      // A folder that cannot be removed is the system's to clean.
      try? FileManager.default.removeItem(at: folder)
    }

    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: folder.appending(path: name))
    }

    /// Sets a field of a JSON object; nil removes it.
    func set(_ field: String, _ value: Any?, in name: String) throws {
      let file = folder.appending(path: name)
      var object = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
      object[field] = value
      try JSONSerialization.data(withJSONObject: object).write(to: file)
    }

    func expectRefusal(_ message: String) throws {
      let error = #expect(throws: ModelError.self) { try SentenceEncoder(contentsOf: folder) }
      let text = try #require(error).description.replacing(folder.path + "/", with: "").replacing(
        folder.path + ": ", with: "")
      #expect(text.hasPrefix(message) && !text.contains("\n"), "\(text)")
    }
  }

  /// `modules.json` may name a folder that is a link.
  @Test func aModuleThatIsALinkOutOfTheFolderIsRefused() throws {
    let copy = try Copy("mean")
    let pooling = copy.folder.appending(path: "1_Pooling")
    try FileManager.default.removeItem(at: pooling)
    try FileManager.default.createSymbolicLink(atPath: pooling.path, withDestinationPath: "/etc")
    try copy.expectRefusal("1_Pooling: is a link that leads out of its folder, to ")
  }

  struct Change: Sendable, CustomTestStringConvertible {
    let file, field: String
    let value: any Sendable
    let message: String
    var testDescription: String { "\(field) \(value)" }

    init(_ file: String, _ field: String, _ value: any Sendable, _ message: String) {
      (self.file, self.field, self.value, self.message) = (file, field, value, message)
    }
  }

  @Test(arguments: [
    Change(
      "config.json", "model_type", "roberta", "config.json: model_type 'roberta' is not supported; supported: bert"),
    Change(
      "config.json", "hidden_act", "relu", "config.json: hidden_act 'relu' is not supported; supported: gelu, gelu_new"),
    Change(
      "config.json", "position_embedding_type", "relative_key", "config.json: position_embedding_type 'relative_key'"),
    Change("config.json", "is_decoder", true, "config.json: is_decoder 'true' is not supported"),
    Change("config.json", "hidden_size", 25, "config.json: hidden_size 25 is no multiple of num_attention_heads 3"),
    Change("config.json", "hidden_size", 48, "model.safetensors: tensor 'embeddings.word_embeddings.weight' has shape"),
    Change(
      "config.json", "num_hidden_layers", 3, "model.safetensors: tensor 'encoder.layer.2.attention.self.query.weight'"),
    Change("config.json", "num_hidden_layers", 1, "model.safetensors: tensor 'encoder.layer.1."),
    Change("config.json", "num_hidden_layers", 1 << 40, "config.json: num_hidden_layers is"),
    Change("config.json", "layer_norm_eps", -1, "config.json: layer_norm_eps is -1.0"),
    Change(
      "1_Pooling/config.json", "pooling_mode", "max", "1_Pooling/config.json: pooling 'max' is not supported; supported"
    ),
    Change("1_Pooling/config.json", "pooling_mode", ["mean", "cls"], "1_Pooling/config.json: pooling 'mean + cls'"),
    Change("1_Pooling/config.json", "pooling_mode", 3, "1_Pooling/config.json: 'pooling_mode' must be"),
    Change("sentence_bert_config.json", "max_seq_length", 0, "sentence_bert_config.json: max_seq_length is 0"),
    Change("sentence_bert_config.json", "max_seq_length", "x", "sentence_bert_config.json: 'max_seq_length' must be"),
    Change(
      "sentence_bert_config.json", "max_seq_length", 1, "the tokenizer adds 2 special tokens to a text of at most 1"),
    Change("tokenizer_config.json", "model_max_length", -4, "tokenizer_config.json: model_max_length is -4.0"),
    Change(
      "config_sentence_transformers.json", "default_prompt_name", "absent",
      "config_sentence_transformers.json: default_prompt_name is 'absent', which 'prompts' does not hold"),
  ])
  func whatIsNotSupportedIsNamed(change: Change) throws {
    let copy = try Copy("mean")
    try copy.set(change.field, change.value, in: change.file)
    try copy.expectRefusal(change.message)
  }

  @Test(arguments: [
    ("{}", "modules.json: must be a JSON list"), ("[1]", "modules.json: must be a list of objects"),
    ("[", "modules.json: not valid JSON"), ("[]", "modules.json: the modules are ; supported: Transformer, Pooling"),
    (#"[{"type":"a.Transformer","path":""}]"#, "modules.json: the modules are Transformer; supported"),
    (#"[{"type":"a.Transformer"},{"type":"a.Dense","path":"2"}]"#, "modules.json: module 'Dense' is not supported"),
    (#"[{"path":""}]"#, "modules.json: the field '0.type' is missing"),
    (
      #"[{"type":"a.Transformer","path":"../x"},{"type":"a.Pooling","path":"1_Pooling"}]"#,
      "modules.json: a module's path is '../x'; it must be a folder within this one"
    ),
    (
      #"[{"type":"a.Transformer","path":"/etc"},{"type":"a.Pooling","path":"1_Pooling"}]"#,
      "modules.json: a module's path is '/etc'"
    ),
  ])
  func modulesThatAreNotSupportedAreNamed(text: String, message: String) throws {
    let copy = try Copy("mean")
    try copy.write("modules.json", text)
    try copy.expectRefusal(message)
  }

  @Test(arguments: ["config.json", "model.safetensors", "tokenizer.json", "1_Pooling/config.json"])
  func aMissingFileIsNamed(name: String) throws {
    let copy = try Copy("mean")
    try FileManager.default.removeItem(at: copy.folder.appending(path: name))
    try copy.expectRefusal("\(name): cannot be read: no such file")
  }

  @Test func aPromptIsPutBeforeEveryText() throws {
    let copy = try Copy("mean")
    let plain = try SentenceEncoder(contentsOf: copy.folder)
    try copy.set("prompts", ["query": "how many "], in: "config_sentence_transformers.json")
    try copy.set("default_prompt_name", "query", in: "config_sentence_transformers.json")
    let prompted = try SentenceEncoder(contentsOf: copy.folder)
    #expect(prompted.tokens(of: "kites") == plain.tokens(of: "how many kites"))
    try copy.set("include_prompt", false, in: "1_Pooling/config.json")
    try copy.expectRefusal("1_Pooling/config.json: include_prompt 'false' is not supported with a default prompt")
  }

  @Test func weightsThatAreNoNumbersAreNamedInsteadOfWritten() throws {
    let copy = try Copy("mean")
    let file = copy.folder.appending(path: "model.safetensors")
    var data = try Data(contentsOf: file)
    // The last layer's, and the pooler's, which is not used.
    data.replaceSubrange((data.count - 8_000)..., with: [UInt8](repeating: 0xff, count: 8_000))
    try data.write(to: file)
    let encoder = try SentenceEncoder(contentsOf: copy.folder)
    let error = #expect(throws: ModelError.self) { try encoder.embed(["kites", "apples"], threads: 2) }
    #expect(error?.description.contains("gives text 1 of 2 a vector without direction") == true)
  }
}
