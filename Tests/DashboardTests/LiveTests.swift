import Core
import Dashboard
import Foundation
import RunStore
import Testing

@Suite struct LiveTests {
  @Test func changesAreTold() async throws {
    let run = try TestRun()
    try run.fill()
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let first = try await server.stream("/events") { $0.contains("event: run") && $0.hasSuffix("\n\n\r\n") }
      #expect(first.lowercased().contains("content-type: text/event-stream"))
      let id = try #require(first.firstMatch(of: /id: ([a-z0-9]+-[0-9]+)/)).1
      // Who has seen that is told of what comes after.
      async let later = server.stream("/events", ["Last-Event-ID": String(id)]) { $0.contains("event: run") }
      try await Task.sleep(for: .milliseconds(300))
      try run.store.append(
        [TestRun.answer("q1", .sampled, 7)], split: .test, to: StageKey(2, .sampleTest), done: 6, total: 6)
      let news = try await later
      let next = try #require(news.firstMatch(of: /id: [a-z0-9]+-([0-9]+)/)).1
      #expect(Int(next) ?? 0 > Int(id.split(separator: "-")[1]) ?? 0)
      #expect(news.contains("data: {\"revision\":\(next),\"run\":\"run\"}"))
      // Another process's numbers mean nothing: everything is told.
      let all = try await server.stream("/events", ["Last-Event-ID": "other-999999"]) { $0.contains("event: run") }
      #expect(all.contains("event: run"))
    }
  }

  @Test func thePageFollowsTheRun() async throws {
    let run = try TestRun()
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let reply1 = try await server.get("/runs/run/live")
      #expect(reply1.body.contains("No answer is in yet"))
      async let event = server.stream("/events") { $0.matches(of: /event: run/).count >= 2 }
      try await Task.sleep(for: .milliseconds(300))
      try run.fill()
      _ = try await event
      var body = ""
      for _ in 0..<100 where !body.contains("66.7\u{A0}%") {
        try await Task.sleep(for: .milliseconds(100))
        body = try await server.get("/runs/run/live").body
      }
      #expect(body.contains("66.7\u{A0}%"))
    }
  }

  @Test func answersThatWereReplacedAreTakenInAgain() async throws {
    let run = try TestRun()
    let donor = try TestRun()
    // Only M_1 of the run is there, as when a sibling's is taken over.
    try run.store.append(
      [TestRun.answer("q1", .greedy, 0, .incorrect, text: "formerword")], split: .test, to: StageKey(1, .evaluateTest),
      done: 1, total: 6)
    try donor.fill()
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let reply2 = try await server.get("/runs/run/questions?q=formerword")
      #expect(reply2.body.contains(">q1<"))
    }
    // The same folder with other content.
    try run.store.close()
    try donor.store.close()
    try FileManager.default.removeItem(at: run.folder.appending(path: "run.sqlite"))
    try FileManager.default.copyItem(
      at: donor.folder.appending(path: "run.sqlite"), to: run.folder.appending(path: "run.sqlite"))
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let reply6 = try await server.get("/runs/run/questions?q=formerword")
      #expect(!reply6.body.contains(">q1<"))
      let reply3 = try await server.get("/runs/run/questions?q=word3x")
      #expect(reply3.body.contains(">q3<"))
    }
  }

  @Test func theIndexIsOutsideTheRunAndOutlivesTheServer() async throws {
    let run = try TestRun()
    try run.fill()
    try run.store.close()
    let before = try FileManager.default.contentsOfDirectory(atPath: run.folder.path).sorted()
    for _ in 0..<2 {
      try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
        let reply4 = try await server.get("/runs/run/questions?q=word3x")
        #expect(reply4.body.contains(">q3<"))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: run.folder.path).sorted() == before)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: run.cache.path).contains { $0.hasSuffix(".sqlite") })
  }

  @Test func aDamagedIndexIsMadeAnew() async throws {
    let run = try TestRun()
    try run.fill()
    try await LiveServer.with([run.folder], cache: run.cache) { _ in }
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: run.cache.path).first { $0.hasSuffix(".sqlite") })
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: run.cache.path + "/" + name + suffix) }
    try Data(repeating: 7, count: 10_000).write(to: run.cache.appending(path: name))
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let reply5 = try await server.get("/runs/run/questions?q=word3x")
      #expect(reply5.body.contains(">q3<"))
    }
  }

  @Test func lossesAreDrawn() async throws {
    let run = try TestRun()
    let folder = run.folder.appending(path: "training")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let lines = (1...500).map { #"{"step":\#($0),"total":500,"loss":\#(2.0 / Double($0))}"# + "\n" }
    // The last line is being written.
    try Data((lines.joined() + #"{"step":501,"#).utf8).write(to: folder.appending(path: "M1.jsonl"))
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let page = try await server.get("/runs/run/live").body
      #expect(page.contains("Training loss"))
      #expect(page.matches(of: /step 500: 0\.004/).count >= 1)
      #expect(page.matches(of: /<title>M₁, step/).count <= 160)
    }
  }
}
