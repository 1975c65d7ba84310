import Core
import Crypto
import Digests
import Downloads
import Foundation
import Tasks
import TestServer
import Testing

/// The data folder: adding, checking and fetching official files, whole or not at all.
@Suite struct DataFolderTests {
  /// A benchmark of two problems.
  struct TinyTask: BenchmarkTask {
    let name = "tiny"
    let version = 1
    var verifier: any Verifier { NumericVerifier() }
    var sha256: String? = SHA256.hexadecimal(of: DataFolderTests.train.utf8)
    var address: String?

    var dataSet: DataSet? {
      DataSet(
        folder: "tiny", home: "https://example.org/tiny", licence: "CC0",
        files: [
          DataFile(
            "train.jsonl", aliases: ["tiny-train.json"], parts: [.init(.train, 2)], sha256: sha256, address: address),
          DataFile("test.jsonl", parts: [.init(.test, 1)]),
        ])
    }

    func loadProblems(from file: URL, split: DataSplit?) throws -> [Problem] {
      let rows = try JSONLines.read([String: String].self, from: file)
      return rows.map { line, row in
        Problem(id: ProblemID("tiny/\(line)"), task: name, question: row["q"] ?? "", reference: row["a"] ?? "")
      }
    }
  }

  static let train = "{\"q\":\"1+1?\",\"a\":\"2\"}\n{\"q\":\"1+2?\",\"a\":\"3\"}\n"
  static let test = "{\"q\":\"2+2?\",\"a\":\"4\"}\n"

  private final class Workshop {
    let url: URL
    var folder: DataFolder { DataFolder(url.appending(path: "data"), byteLimit: 100_000) }

    init() throws {
      url = FileManager.default.temporaryDirectory.appending(path: "reversal-data-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
      // A folder that cannot be removed is the system's to clean.
      try? FileManager.default.removeItem(at: url)
    }

    func file(_ name: String, _ text: String) throws -> URL {
      let file = url.appending(path: name)
      try Data(text.utf8).write(to: file)
      return file
    }

    /// Every file in the data folder, drafts included.
    var content: [String] {
      let files = FileManager.default.enumerator(at: folder.url, includingPropertiesForKeys: [.isRegularFileKey])
      return (files?.allObjects ?? []).compactMap { $0 as? URL }.filter { !$0.hasDirectoryPath }
        .map(\.lastPathComponent).sorted()
    }
  }

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (String(repeating: "a", count: 100_000), "6d1cf22d7cc09b085dfc25ee1a1f3ae0265804c607bc2074ad253bcc82fd81ee"),
  ])
  func hashesAsTheStandardSays(text: String, digest: String) {
    #expect(SHA256.hexadecimal(of: text.utf8) == digest)
  }

  @Test func theFolderIsTheUsers() {
    #expect(DataFolder.standard(["REVERSAL_DATA": "/d", "HOME": "/h"]).url.path == "/d")
    #expect(DataFolder.standard(["HOME": "/h"]).url.path == "/h/.local/share/reversal/data")
  }

  @Test func filesAreAddedByNameAliasChecksumAndFolder() throws {
    for name in ["train.jsonl", "tiny-train.json", "whatever.txt"] {
      let workshop = try Workshop()
      let added = try workshop.folder.add([try workshop.file(name, Self.train)], to: TinyTask())
      #expect(added.map(\.file) == ["train.jsonl"])
      #expect(added.map(\.problemCount) == [2])
      #expect(added.map(\.isKnown) == [true])
      #expect(workshop.content == ["train.jsonl"])
      #expect(try workshop.folder.problems(of: TinyTask(), split: .train).count == 2)
    }
    let workshop = try Workshop()
    _ = try workshop.file("train.jsonl", Self.train.replacing("1+1", with: "0+2"))
    _ = try workshop.file("test.jsonl", Self.test)
    let added = try workshop.folder.add([workshop.url], to: TinyTask())
    #expect(added.map(\.isKnown) == [false, nil])
    #expect(workshop.content == ["test.jsonl", "train.jsonl"])
  }

  @Test(arguments: [
    (
      ["train.jsonl": "{\"q\":\"1\",\"a\":\"2\"}\n"],
      "train.jsonl: holds 1 problems of 'tiny' and the official train.jsonl 2"
    ),
    (["train.jsonl": train, "test.jsonl": "{\"q\":"], "test.jsonl:1: not a JSON object"),
    (
      ["other.jsonl": test],
      "other.jsonl: is none of its files by name or by checksum; name it as one of train.jsonl or"
    ),
    (["train.jsonl": train, "tiny-train.json": train], "is another train.jsonl; give each file once"),
    (["train.jsonl": train + String(repeating: " ", count: 100_000)], "train.jsonl: has more than 100000 bytes"),
  ])
  func nothingIsAddedWhereOneFileIsBad(files: [String: String], message: String) throws {
    let workshop = try Workshop()
    let sources = try files.sorted { $0.key > $1.key }.map { try workshop.file($0.key, $0.value) }
    let error = #expect(throws: InputError.self) { try workshop.folder.add(sources, to: TinyTask()) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(workshop.content.isEmpty)
  }

  @Test func checkingNamesWhatIsWrong() async throws {
    let workshop = try Workshop()
    _ = try workshop.folder.add([try workshop.file("train.jsonl", Self.train)], to: TinyTask())
    let file = try #require(TinyTask().dataSet?.files.first)
    let sound = try await workshop.folder.check(file, of: TinyTask(), runsPrograms: false)
    #expect(sound.isSound && sound.checksum == .known && sound.unverified == [])
    let place = workshop.folder.location(of: file, in: try #require(TinyTask().dataSet))
    try Data(Self.train.replacing("\"3\"", with: "\"three\"").utf8).write(to: place)
    let broken = try await workshop.folder.check(file, of: TinyTask(), runsPrograms: false)
    #expect(!broken.isSound && broken.checksum == .other)
    #expect(broken.unverified == ["tiny/2"])
  }

  @Test func aMissingFileSaysHowToGetIt() throws {
    let workshop = try Workshop()
    let error = #expect(throws: InputError.self) { try workshop.folder.problems(of: TinyTask(), split: .test) }
    #expect(error?.description.hasSuffix("tiny/test.jsonl: is not there; get it with `reversal data add tiny`") == true)
    let split = #expect(throws: InputError.self) { try workshop.folder.problems(of: TinyTask(), split: .prompts) }
    #expect(split?.description == "the task 'tiny' has no split 'prompts'; it has train, test")
  }

  // MARK: Fetching

  private func fetch(_ task: TinyTask, _ workshop: Workshop, mirror: String?) async throws -> DataFolder.Addition {
    let dataSet = try #require(task.dataSet)
    return try await workshop.folder.fetch(
      dataSet.files[0], of: task, in: dataSet, mirror: mirror.flatMap { URL(string: $0) })
  }

  @Test func aFileIsFetchedThroughARedirect() async throws {
    let server = try LocalServer { path in
      path == "/m/tiny/train.jsonl"
        ? LocalServer.response("302 Found", headers: ["Location: /real"])
        : LocalServer.response("200 OK", body: Data(Self.train.utf8))
    }
    let workshop = try Workshop()
    let added = try await fetch(TinyTask(), workshop, mirror: server.url("/m"))
    #expect(added.isKnown == true && added.problemCount == 2)
    #expect(workshop.content == ["train.jsonl"])
    let place = workshop.folder.url.appending(path: "tiny/train.jsonl")
    #expect(try Data(contentsOf: place) == Data(Self.train.utf8))
    // From its own home as well.
    let other = try Workshop()
    #expect(try await fetch(TinyTask(address: server.url("/home")), other, mirror: nil).isKnown == true)
  }

  enum Fault: String, CaseIterable {
    case otherBytes, notFound, endlessRedirects, redirectWithoutTLS, declaredTooLarge, tooLarge, cutOff
  }

  @Test(arguments: Fault.allCases)
  func nothingIsStoredWhereTheServerFails(fault: Fault) async throws {
    let server = try LocalServer { path in
      switch fault {
      case .otherBytes: LocalServer.response("200 OK", body: Data(Self.test.utf8))
      case .notFound: LocalServer.response("404 Not Found", body: Data(Self.train.utf8))
      case .endlessRedirects: LocalServer.response("302 Found", headers: ["Location: \(path)x"])
      case .redirectWithoutTLS:
        LocalServer.response("302 Found", headers: ["Location: http://mirror.invalid/train.jsonl"])
      case .declaredTooLarge: LocalServer.response("200 OK", length: 1 << 40)
      case .tooLarge: Data("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8) + Data(count: 300_000)
      case .cutOff: LocalServer.response("200 OK", body: Data(Self.train.utf8.prefix(20)), length: 5_000)
      }
    }
    let workshop = try Workshop()
    let message =
      switch fault {
      case .otherBytes: "holds other bytes than the known ones (SHA-256 "
      case .notFound: "the server answers with status 404"
      case .endlessRedirects: "leads from one address to the next without end"
      case .redirectWithoutTLS: "leads to an address without https"
      case .declaredTooLarge, .tooLarge: "is larger than 100000 bytes"
      case .cutOff: "cannot be fetched: "
      }
    do {
      _ = try await fetch(TinyTask(), workshop, mirror: server.url("/m"))
      Issue.record("it was fetched")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
    #expect(workshop.content.isEmpty)
  }

  @Test(arguments: [
    ("http://mirror.invalid/", "is not an https address"), ("file:///etc/", "is not an https address"),
    ("http://127.0.0.1:9/", "cannot be fetched: "),
  ])
  func otherAddressesAreRefused(mirror: String, message: String) async throws {
    let workshop = try Workshop()
    let error = await #expect(throws: DownloadError.self) { try await fetch(TinyTask(), workshop, mirror: mirror) }
    #expect(error?.description.contains(message) == true)
    #expect(workshop.content.isEmpty)
  }

  @Test func whatCannotBeVerifiedIsNotFetched() async throws {
    let workshop = try Workshop()
    let unrecorded = await #expect(throws: InputError.self) {
      try await fetch(TinyTask(sha256: nil), workshop, mirror: "http://127.0.0.1:9/")
    }
    #expect(unrecorded?.message.contains("could not be verified") == true)
    let homeless = await #expect(throws: InputError.self) { try await fetch(TinyTask(), workshop, mirror: nil) }
    #expect(homeless?.message.contains("no public address of tiny/train.jsonl is known") == true)
  }

  @Test func everyDataSetIsDescribed() throws {
    for task in TaskCatalog().tasks where task.name != "arithmetic" {
      let dataSet = try #require(task.dataSet)
      #expect(dataSet.splits.contains { $0.split == dataSet.evaluationSplit })
      #expect(!dataSet.licence.isEmpty && dataSet.home.hasPrefix("https://"))
      for file in dataSet.files {
        #expect(file.sha256.map { $0.count == 64 } ?? (file.address == nil), "\(file.name) cannot be verified")
        #expect(file.address.map { $0.scheme == "https" } ?? true)
      }
    }
  }
}
