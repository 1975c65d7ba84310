import Foundation
import LanguageModel
import Testing

/// Model folders that are not what they say: refused in one line, in bounded time and memory.
@Suite final class HostileFileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "hostile-\(UUID().uuidString)")
    let source = try ArchitectureFixture("llama3.1").folder
    try FileManager.default.copyItem(at: source, to: folder)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func replace(_ name: String, with data: Data) throws {
    try data.write(to: folder.appending(path: name))
  }

  private func replace(_ name: String, linkTo target: String) throws {
    try? FileManager.default.removeItem(at: folder.appending(path: name))
    try FileManager.default.createSymbolicLink(atPath: folder.appending(path: name).path, withDestinationPath: target)
  }

  private func expectRefusal(_ message: String) throws {
    for open in [Model.init(contentsOf:), Model.init(storedIn:)] {
      let error = #expect(throws: ModelError.self) { try open(folder) }
      let text = try #require(error).description.replacing(folder.path + "/", with: "")
      #expect(text.hasPrefix(message) && !text.contains("\n") && text.utf8.count < 5000, "\(text)")
    }
    // It is a model folder all the same.
    #expect(try ModelInspection(of: folder).unsupported != nil)
  }

  private static let shard = "model-00002-of-00004.safetensors"

  #if !os(Windows)
    @Test(arguments: ["config.json", "generation_config.json", "model.safetensors.index.json", shard])
    func whatIsNoRegularFileIsNotWaitedFor(name: String) throws {
      let complete = "check that the model folder is complete"
      try replace(name, linkTo: "/dev/zero")
      try expectRefusal("\(name): cannot be read: not a regular file; \(complete)")
      try FileManager.default.removeItem(at: folder.appending(path: name))
      let status = unsafe mkfifo(folder.appending(path: name).path, 0o600)
      #expect(status == 0)
      try expectRefusal("\(name): cannot be read: not a regular file; \(complete)")
      try FileManager.default.removeItem(at: folder.appending(path: name))
      try FileManager.default.createDirectory(
        at: folder.appending(path: name), withIntermediateDirectories: false)
      try expectRefusal("\(name): cannot be read: not a regular file; \(complete)")
    }
  #endif

  @Test func linksWithinTheFolderAreFollowed() throws {
    let target = folder.appending(path: "blob")
    try FileManager.default.moveItem(at: folder.appending(path: Self.shard), to: target)
    try replace(Self.shard, linkTo: target.path)
    #expect(try Model(storedIn: folder).configuration.layerCount == 2)
  }

  /// As the cache of Hugging Face has them: its snapshots are links to the blobs beside them.
  @Test func linksToTheBlobsOfACacheAreFollowed() throws {
    let blobs = folder.appending(path: "models--a--b/blobs")
    let snapshot = folder.appending(path: "models--a--b/snapshots/0123")
    for place in [blobs, snapshot] {
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.contains(".") {
      try FileManager.default.moveItem(at: folder.appending(path: name), to: blobs.appending(path: name))
      try FileManager.default.createSymbolicLink(
        atPath: snapshot.appending(path: name).path, withDestinationPath: "../../blobs/\(name)")
    }
    #expect(try Model(storedIn: snapshot).configuration.layerCount == 2)
    // The folder itself may be given by a link.
    let link = folder.appending(path: "link")
    try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: snapshot.path)
    #expect(try Model(storedIn: link).configuration.layerCount == 2)
  }

  /// A downloaded folder whose link would have a file of the user's read, and copied beside a trained model.
  @Test(arguments: ["config.json", "model.safetensors.index.json", shard, "tokenizer_config.json"])
  func aLinkOutOfTheFolderIsRefused(name: String) throws {
    let secret = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID().uuidString)")
    try Data("{}".utf8).write(to: secret)
    defer { try? FileManager.default.removeItem(at: secret) }
    try replace(name, linkTo: secret.path)
    let error = #expect(throws: ModelError.self) {
      let model = try Model(storedIn: folder)
      try model.save(
        to: folder.appending(path: "out"), auxiliaryFilesFrom: folder, elementType: .float32)
    }
    #expect(error?.message.hasPrefix("is a link that leads out of its folder, to ") == true, "\(error as Any)")
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "out").path))
  }

  @Test(arguments: ["../x.safetensors", "/etc/x.safetensors", "a/../../x.safetensors", "passwd", "..", ""])
  func anIndexThatLeadsOutOfTheFolderIsRefused(name: String) throws {
    let index = #"{"weight_map":{"model.embed_tokens.weight":"\#(name)"}}"#
    try replace("model.safetensors.index.json", with: Data(index.utf8))
    try expectRefusal("model.safetensors.index.json: weight_map names '\(name)', which is no safetensors file of this")
  }

  @Test func aFileLargerThanItsKindCanBeIsNotRead() throws {
    for (name, limit) in [("config.json", 1 << 20), ("model.safetensors.index.json", 64 << 20)] {
      let before = try Data(contentsOf: folder.appending(path: name))
      let handle = try FileHandle(forWritingTo: folder.appending(path: name))
      // A hole: the file takes no disk.
      try handle.truncate(atOffset: 1 << 40)
      try handle.close()
      try expectRefusal("\(name): has 1099511627776 bytes and may have \(limit)")
      try replace(name, with: before)
    }
  }

  private func safetensors(_ header: String, count: Int = 0) -> Data {
    Data((0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }) + Data(header.utf8)
      + Data(count: count)
  }

  private static let bombs = [
    ("[[[…", String(repeating: "[", count: 1_000_000)),
    ("{\"a\":{\"a\":…", String(repeating: #"{"a":"#, count: 1_000_000)),
    ("a list of numbers", #"{"a":{"shape":["# + String(repeating: "0,", count: 1_000_000) + "0]}}"),
    ("a long number", #"{"a":{"shape":["# + String(repeating: "9", count: 1_000_000) + "]}}"),
    ("a long name", #"{""# + String(repeating: "a", count: 1_000_000) + "\":{}}"),
    (
      "too many tensors",
      "{" + (0...(1 << 17)).map { #""\#($0)":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"# }.joined(separator: ",")
        + "}"
    ),
  ]

  @Test(arguments: bombs.map(\.0)) func aBombIsRefused(name: String) throws {
    let text = try #require(Self.bombs.first { $0.0 == name }).1
    let index = "model.safetensors.index.json"
    let original = try Data(contentsOf: folder.appending(path: index))
    try replace(Self.shard, with: safetensors(text))
    try expectRefusal("\(Self.shard): ")
    try replace(index, with: Data(text.utf8))
    try expectRefusal("\(index): ")
    try replace(index, with: Data(#"{"weight_map": \#(text)}"#.utf8))
    try expectRefusal("\(index): ")
    try replace(index, with: original)
    try replace("config.json", with: Data(text.utf8))
    try expectRefusal("config.json: ")
  }

  @Test func namesWithControlCharactersStayInOneLine() throws {
    try replace(Self.shard, with: safetensors(#"{"a\nb\u001b[31m\u2028c":1}"#))
    try expectRefusal("\(Self.shard): 'a\u{fffd}b\u{fffd}[31m\u{fffd}c' must be an object")
  }

  /// An index names its shards: a direction mark in a name would reorder the line that quotes it.
  @Test(arguments: [#"\u202E"#, #"\uFDD0"#, #"\uDB40\uDC02"#])
  func aShardsNameCannotDisguiseTheMessage(mark: String) throws {
    let index = #"{"weight_map":{"model.embed_tokens.weight":"part\#(mark)1.safetensors"}}"#
    try replace("model.safetensors.index.json", with: Data(index.utf8))
    try expectRefusal("part\u{FFFD}1.safetensors: cannot be read: no such file; ")
  }

  @Test func aShardThatIsMissingOrEmptyIsNamed() throws {
    try replace(Self.shard, with: Data())
    try expectRefusal("\(Self.shard): is cut off or no safetensors file; get it again")
    try FileManager.default.removeItem(at: folder.appending(path: Self.shard))
    try expectRefusal("\(Self.shard): cannot be read: no such file; check that the model folder is complete")
  }

  @Test func aTensorOfAnotherTypeIsNamed() throws {
    let header = #"{"model.embed_tokens.weight":{"dtype":"I16","shape":[43,16],"data_offsets":[0,1376]}}"#
    let index = #"{"weight_map":{"model.embed_tokens.weight":"\#(Self.shard)"}}"#
    try replace("config.json", with: Data(Self.smallConfiguration.utf8))
    try replace("model.safetensors.index.json", with: Data(index.utf8))
    try replace(Self.shard, with: safetensors(header, count: 1376))
    let error = #expect(throws: ModelError.self) { try Model(storedIn: folder) }
    #expect(try #require(error).message.contains("is missing"))
    let file = try SafetensorsFile(contentsOf: folder.appending(path: Self.shard))
    let wrong = #expect(throws: ModelError.self) {
      try file.elements(of: try #require(file.tensor(named: "model.embed_tokens.weight")))
    }
    #expect(
      wrong?.message == "tensor 'model.embed_tokens.weight' has elements of type I16; supported: F32, F16, BF16")
  }

  private static let smallConfiguration = """
    {"model_type": "llama", "vocab_size": 43, "hidden_size": 16, "intermediate_size": 4, "num_hidden_layers": 1, \
    "num_attention_heads": 4, "head_dim": 4096}
    """

  /// A model of 69 billion parameters is promised and a few bytes are there: refused before memory is taken.
  @Test func absurdSizesTakeNoMemory() throws {
    let config = Self.smallConfiguration.replacing(#""hidden_size": 16"#, with: #""hidden_size": 1048576"#)
      .replacing(#""num_hidden_layers": 1"#, with: #""num_hidden_layers": 4096"#)
    try replace("config.json", with: Data(config.utf8))
    try expectRefusal("config.json: the sizes make a model of ")
    let large = Self.smallConfiguration.replacing(#""hidden_size": 16"#, with: #""hidden_size": 1048576"#)
    try replace("config.json", with: Data(large.utf8))
    try expectRefusal("model.safetensors.index.json: tensor 'model.layers.1")
  }
}
