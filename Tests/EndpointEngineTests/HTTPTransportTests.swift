import Connections
import Foundation
import Synchronization
import TestServer
import Testing

@Suite struct HTTPTransportTests {
  private func transport() -> HTTPTransport { HTTPTransport(key: nil, timeoutSeconds: 60, connections: 16) }

  /// The answer is there before the request is sent, and the connection ends, unannounced, in the moment in which the client
  /// takes note that it is: a request has its answer or fails.
  @Test func aServerThatAnswersEarlyAndClosesIsNoFault() async throws {
    let server = try WebServer(isHasty: true) { _ in .http(200, body: Data("{}".utf8)) }
    let transport = transport()
    let body = Data(String(repeating: "x", count: 1_000_000).utf8)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<16 {
        group.addTask {
          for _ in 0..<30 {
            do {
              #expect(try await transport.post(server.url("/"), json: body, byteLimit: 100).status == 200)
            } catch let failure as HTTPTransport.Failure {
              // A connection that was to be used again has ended meanwhile.
              guard case .connection = failure else { throw failure }
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func theTimeLimitCoversTheWholeAnswer() async throws {
    let server = try WebServer { _ in
      WebServer.Reply([
        (.zero, Data("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab".utf8)), (.seconds(3600), Data("cd".utf8)),
      ])
    }
    let transport = HTTPTransport(key: nil, timeoutSeconds: 1)
    let failure = await #expect(throws: HTTPTransport.Failure.self) {
      _ = try await transport.get(server.url("/"), byteLimit: 100)
    }
    #expect(failure?.description == "does not answer within 1 s")
  }

  @Test func anAnswerThatIsTooLargeIsNotRead() async throws {
    let body = Data(repeating: 0x61, count: 101)
    let announced = try WebServer { _ in WebServer.Reply.http(200, body: body) }
    let unannounced = try WebServer { _ in
      WebServer.Reply(Data("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8) + body, closes: true)
    }
    for server in [announced, unannounced] {
      let failure = await #expect(throws: HTTPTransport.Failure.self) {
        _ = try await transport().get(server.url("/"), byteLimit: 100)
      }
      #expect(failure?.description == "its answer has more than 100 bytes, which no such answer has")
    }
  }

  @Test func cancellationEndsARequestThatIsUnderWay() async throws {
    let server = try WebServer { _ in WebServer.Reply([(.seconds(3600), Data())]) }
    let transport = HTTPTransport(key: nil, timeoutSeconds: 120)
    let task = Task { try await transport.get(server.url("/"), byteLimit: 100) }
    try await Task.sleep(for: .milliseconds(50))
    let start = ContinuousClock.now
    task.cancel()
    await #expect(throws: CancellationError.self) { _ = try await task.value }
    // Not the deadline, which a cancelled task would report as its cancellation.
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  /// Where an answer leads to is for the user to ask: the key and the question go to the server that they were meant for.
  @Test func redirectsAreNotFollowed() async throws {
    let asked = Atomic(0)
    let other = try WebServer { _ in
      asked.add(1, ordering: .relaxed)
      return .http(200, body: Data("{}".utf8))
    }
    let address = other.url("/")
    let server = try WebServer { _ in .http(307, headers: [("Location", address)]) }
    #expect(try await transport().post(server.url("/"), json: Data("{}".utf8), byteLimit: 100).status == 307)
    #expect(asked.load(ordering: .relaxed) == 0)
  }
}
