import AsyncHTTPClient
import Core
import Foundation
import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Sends requests to one server: bounded in time and size, no redirects, no proxies, nothing logged.
final class HTTPTransport: Sendable, CustomReflectable {
  struct Response: Sendable {
    let status: Int
    let body: ByteBuffer
    /// What the header Retry-After asks for.
    let retryAfter: Duration?
  }

  /// Why there is no whole response.
  enum Failure: Error, Sendable, CustomStringConvertible {
    /// In so many seconds.
    case timeout(Int)
    /// Not reached, cut off, or not HTTP.
    case connection(String)
    case tooLarge(bytes: Int)

    /// What the server does, in words that follow its address.
    var description: String {
      switch self {
      case .timeout(let seconds): "does not answer within \(seconds) s"
      case .connection(let reason): reason
      case .tooLarge(let bytes): "its answer has more than \(bytes) bytes, which no such answer has"
      }
    }
  }

  private let client: HTTPClient
  private let key: APIKey?
  private let timeoutSeconds: Int

  init(_ settings: EndpointSettings, key: APIKey?) {
    self.key = key
    timeoutSeconds = settings.timeoutS
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(Int64(min(10, settings.timeoutS)))),
      connectionPool: .init(idleTimeout: .seconds(30)))
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = settings.concurrency.max
    // The scheduler decides about retries and how many there are.
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// What is on its way holds the key in its headers, so nothing here can be looked into.
  var customMirror: Mirror { Mirror(self, children: [:]) }

  deinit {
    // Nobody uses it any more, and the callback keeps it until its connections are closed.
    client.shutdown { _ in }
  }

  func get(_ address: String, byteLimit: Int) async throws -> Response {
    try await send(HTTPClientRequest(url: address), byteLimit: byteLimit)
  }

  func post(_ address: String, json: Data, byteLimit: Int) async throws -> Response {
    var request = HTTPClientRequest(url: address)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(ByteBuffer(bytes: json))
    return try await send(request, byteLimit: byteLimit)
  }

  /// - Throws: `Failure`, or `CancellationError`.
  private func send(_ request: HTTPClientRequest, byteLimit: Int) async throws -> Response {
    var request = request
    request.headers.add(name: "Accept", value: "application/json")
    request.headers.add(name: "User-Agent", value: "reversal")
    if let key { request.headers.add(name: "Authorization", value: key.authorization) }
    do {
      return try await withDeadline { [request] in try await self.exchange(request, byteLimit: byteLimit) }
    } catch let failure as Failure {
      throw failure
    } catch {
      try Task.checkCancellation()
      throw Failure.connection(Self.explanation(of: error))
    }
  }

  private func exchange(_ request: HTTPClientRequest, byteLimit: Int) async throws -> Response {
    let response = try await client.execute(request, timeout: .seconds(Int64(timeoutSeconds)))
    let body: ByteBuffer
    do {
      body = try await response.body.collect(upTo: byteLimit)
    } catch is NIOTooManyBytesError {
      throw Failure.tooLarge(bytes: byteLimit)
    }
    return Response(
      status: Int(response.status.code), body: body,
      retryAfter: response.headers.first(name: "Retry-After").flatMap { RetryAfter.wait($0, now: Date()) })
  }

  /// The client's own deadline ends with the response's head; this one covers the body too.
  private func withDeadline(_ work: @escaping @Sendable () async throws -> Response) async throws -> Response {
    try await withThrowingTaskGroup(of: Response.self) { [timeoutSeconds] group in
      group.addTask(operation: work)
      group.addTask {
        try await Task.sleep(for: .seconds(timeoutSeconds))
        throw Failure.timeout(timeoutSeconds)
      }
      defer { group.cancelAll() }
      guard let response = try await group.next() else { throw CancellationError() }
      return response
    }
  }

  private static func explanation(of error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      // Of several addresses the first one's reason is as good as any.
      let reason = error.connectionErrors.first?.error ?? error.dnsAError ?? error.dnsAAAAError
      return reason.map { explanation(of: $0) } ?? "the connection failed: no address of that name"
    case let error as IOError: return "the connection failed: \(unsafe String(cString: strerror(error.errnoCode)))"
    case let error as HTTPClientError where error == .connectTimeout: return "the connection failed: no answer in time"
    case let error as HTTPClientError where error == .remoteConnectionClosed: return "the connection was cut off"
    case let error as HTTPClientError where error == .deadlineExceeded: return "does not begin to answer in time"
    default: return "the connection failed: \("\(error)".visible(limit: 120))"
    }
  }
}
