import AsyncHTTPClient
import Core
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Sends requests to one server: bounded in time and size, no redirects, no proxies, nothing logged.
package final class HTTPTransport: Sendable, CustomReflectable {
  package struct Response: Sendable {
    package let status: Int
    package let body: ByteBuffer
    /// What the header Retry-After asks for.
    package let retryAfter: Duration?

    package var data: Data { Data(buffer: body) }
  }

  package enum Method: String, Sendable {
    case get = "GET"
    case put = "PUT"
    case post = "POST"
    case delete = "DELETE"
  }

  /// Why there is no whole response.
  package enum Failure: Error, Sendable, CustomStringConvertible {
    /// In so many seconds.
    case timeout(Int)
    /// Not reached, cut off, or not HTTP.
    case connection(String)
    case tooLarge(bytes: Int)

    /// What the server does, in words that follow its address.
    package var description: String {
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

  /// - Parameters:
  ///   - timeoutSeconds: For one exchange, the answer's body included.
  ///   - connections: At a time, at most.
  package init(key: APIKey?, timeoutSeconds: Int, connections: Int = 8) {
    self.key = key
    self.timeoutSeconds = timeoutSeconds
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(Int64(min(10, timeoutSeconds)))),
      connectionPool: .init(idleTimeout: .seconds(30)))
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
    // Who asks decides about retries and how many there are.
    configuration.connectionPool.retryConnectionEstablishment = false
    // One loop for an exchange and its connection. On two, the client may hear that a request was sent after it has heard
    // that its connection ended, which it takes for a broken state of its own and dies of (async-http-client 1.37).
    client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton.any(), configuration: configuration)
  }

  /// What is on its way holds the key in its headers, so nothing here can be looked into.
  package var customMirror: Mirror { Mirror(self, children: [:]) }

  deinit {
    // Nobody uses it any more, and the callback keeps it until its connections are closed.
    client.shutdown { _ in }
  }

  /// What a server said, fit for one line of a message: the key cannot be in it.
  package func visible(_ text: String, limit: Int = 4_000) -> String {
    (key?.removed(from: text) ?? text).split(whereSeparator: \.isNewline).joined(separator: " ").visible(limit: limit)
  }

  package func get(_ address: String, byteLimit: Int) async throws -> Response {
    try await send(.get, address, byteLimit: byteLimit)
  }

  package func post(_ address: String, json: Data, byteLimit: Int) async throws -> Response {
    try await send(.post, address, body: json, byteLimit: byteLimit)
  }

  /// - Throws: `Failure`, or `CancellationError`.
  package func send(
    _ method: Method, _ address: String, body: Data? = nil, type: String = "application/json", byteLimit: Int
  ) async throws -> Response {
    let request: HTTPClient.Request
    do {
      request = try HTTPClient.Request(
        url: address, method: .RAW(value: method.rawValue), headers: headers(type: body == nil ? nil : type),
        body: body.map { .byteBuffer(ByteBuffer(bytes: $0)) })
    } catch {
      throw Failure.connection(explanation(of: error))
    }
    // Everything happens on the event loop, the deadline too. Of Swift's tasks neither a busy pool could use up an exchange's
    // time, nor a cancelled sleep keep its memory until the time that it was to end at.
    let exchange = client.execute(
      request: request, delegate: ResponseAccumulator(request: request, maxBodySize: byteLimit),
      deadline: .now() + .seconds(Int64(timeoutSeconds)))
    do {
      let response = try await withTaskCancellationHandler {
        try await exchange.get()
      } onCancel: {
        exchange.cancel()
      }
      return Response(
        status: Int(response.status.code), body: response.body ?? ByteBuffer(),
        retryAfter: response.headers.first(name: "Retry-After").flatMap { RetryAfter.wait($0, now: Date()) })
    } catch {
      try Task.checkCancellation()
      throw failure(error)
    }
  }

  private func headers(type: String?) -> HTTPHeaders {
    var headers: HTTPHeaders = ["Accept": "application/json", "User-Agent": "reversal"]
    if let type { headers.add(name: "Content-Type", value: type) }
    if let key { headers.add(name: "Authorization", value: key.authorization) }
    return headers
  }

  private func failure(_ error: any Error) -> Failure {
    switch error {
    case let error as ResponseAccumulator.ResponseTooBigError: .tooLarge(bytes: error.maxBodySize)
    case let error as HTTPClientError where error == .deadlineExceeded: .timeout(timeoutSeconds)
    default: .connection(explanation(of: error))
    }
  }

  private func explanation(of error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      // Of several addresses the first one's reason is as good as any.
      let reason = error.connectionErrors.first?.error ?? error.dnsAError ?? error.dnsAAAAError
      return reason.map { explanation(of: $0) } ?? "the connection failed: no address of that name"
    case let error as IOError: return "the connection failed: \(unsafe String(cString: strerror(error.errnoCode)))"
    case let error as HTTPClientError where error == .connectTimeout: return "the connection failed: no answer in time"
    case let error as HTTPClientError where error == .remoteConnectionClosed: return "the connection was cut off"
    default: return "the connection failed: \("\(error)".visible(limit: 120))"
    }
  }
}
