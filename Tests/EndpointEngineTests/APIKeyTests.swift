import Connections
import Core
import EndpointEngine
import Foundation
import TestServer
import Testing

/// A key is read from where it may be, and shown nowhere.
@Suite struct APIKeyTests {
  private static let secret = "sk-planted-0123456789abcdef"

  @Test func aKeyCannotBePrintedOrLookedInto() throws {
    let key = try APIKey(environmentVariable: "KEY", in: ["KEY": " \(Self.secret)\n"])
    var dumped = ""
    dump(key, to: &dumped)
    dump(
      try #require(
        try? EndpointSampler(
          EndpointSettings(url: "https://host/v1", model: "m", keyEnv: "KEY"), environment: ["KEY": Self.secret])),
      to: &dumped)
    for text in ["\(key)", String(reflecting: key), "\([key])", "\(Optional(key) as Any)", dumped] {
      #expect(!text.contains("planted"), "\(text)")
    }
  }

  @Test(arguments: [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o644, false), (0o666, false)])
  func onlyTheOwnerMayReadTheFile(mode: Int, isTaken: Bool) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "key-\(UUID().uuidString)")
    try Data((Self.secret + "\n").utf8).write(to: file)
    defer {
      // Litter in the temporary folder at worst.
      try? FileManager.default.removeItem(at: file)
    }
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    if isTaken {
      _ = try APIKey(file: file.path)
    } else {
      let error = #expect(throws: InputError.self) { try APIKey(file: file.path) }
      #expect(error?.description.hasSuffix("chmod 600 \(file.path)") == true)
    }
  }

  @Test(arguments: ["", "  \n", "two words\r\nX-Header: 1", "schlüssel", "a\u{0}b"])
  func whatIsNoKeyIsRefusedWithoutRepeatingIt(text: String) throws {
    let error = #expect(throws: InputError.self) { try APIKey(environmentVariable: "KEY", in: ["KEY": text]) }
    #expect(error?.description.contains("environment variable KEY holds") == true)
    #expect(error?.description.contains("X-Header") == false)
    #expect(throws: InputError.self) { try APIKey(environmentVariable: "KEY", in: [:]) }
    #expect(throws: InputError.self) { try APIKey(file: "/dev/null") }
  }

  @Test func theKeyIsSentAndAServerThatShowsItIsCensored() async throws {
    let fake = try FakeInferenceServer()
    fake.change {
      $0.key = Self.secret
      $0.answer = { _ in "the key is \(Self.secret) ." }
    }
    func settings(_ name: String) -> EndpointSettings { Asking.settings(fake) { $0.keyEnv = name } }
    let environment = ["KEY": Self.secret, "WRONG": Self.secret + "x"]
    let answers = try await Asking.draw(
      try EndpointSampler(settings("KEY"), environment: environment), Asking.requests(1))
    #expect(answers.map(\.text) == ["the key is (key) ."])
    let line = await Asking.failure(
      try EndpointSampler(settings("WRONG"), environment: environment), Asking.requests(1))
    #expect(line.contains("refuses the key (401: invalid key; you sent Bearer (key))"), "\(line)")
  }

  @Test(arguments: [
    ("http://host.invalid/v1", "a key is sent over https or to this machine only"),
    ("http://user:pass@127.0.0.1/v1", "a key belongs into an environment variable"),
    ("http://127.0.0.1/v1?key=abc", "a key belongs into an environment variable"),
    ("ftp://127.0.0.1/v1", "is no http or https address"),
  ])
  func anAddressThatWouldGiveTheKeyAwayIsRefused(url: String, message: String) throws {
    let error = #expect(throws: InputError.self) {
      try EndpointSampler(EndpointSettings(url: url, model: "m", keyEnv: "KEY"), environment: ["KEY": Self.secret])
    }
    #expect(error?.message.contains(message) == true && error?.message.contains("pass@") == false)
  }
}
