import Core
import Dashboard
import Foundation
import RunStore
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A dashboard on a free port of this machine, and what it answers byte for byte.
struct LiveServer: Sendable {
  let port: Int

  /// Serves `runs` while `body` runs, with everything taken in that they hold at the beginning.
  static func with<Value: Sendable>(
    _ runs: [URL], cache: URL, token: AccessToken? = nil, allowedHosts: [String] = [],
    _ body: (LiveServer) async throws -> Value
  ) async throws -> Value {
    let server = try DashboardServer(
      runs: runs,
      options: DashboardServer.Options(port: 0, token: token, allowedHosts: allowedHosts, cache: cache),
      evaluation: { _ in EvaluationSamples(questions: nil, samples: 4) })
    server.takeIn()
    let (addresses, continuation) = AsyncStream.makeStream(of: String.self)
    let task = Task { try await server.run { continuation.yield($0) } }
    defer { task.cancel() }
    var iterator = addresses.makeAsyncIterator()
    guard let address = await iterator.next(), let port = URL(string: address)?.port else {
      throw InputError("the server did not start")
    }
    return try await body(LiveServer(port: port))
  }

  struct Reply: Sendable {
    let status: Int
    let headers: [String: String]
    let body: String
  }

  func get(_ path: String, _ headers: [String: String] = [:]) async throws -> Reply {
    try await request("GET", path, headers)
  }

  func status(_ path: String, _ headers: [String: String] = [:], method: String = "GET") async throws -> Int {
    try await request(method, path, headers).status
  }

  func request(
    _ method: String, _ path: String, _ headers: [String: String] = [:], body: String = ""
  ) async throws -> Reply {
    try await Self.reply(to: transmit(method, path, headers, body, until: { _ in false }))
  }

  /// What has come when `isEnough` says so, the connection is closed, or nothing has come for 120 s.
  func stream(_ path: String, _ headers: [String: String] = [:], until isEnough: @escaping @Sendable (String) -> Bool)
    async throws -> String
  {
    try await transmit("GET", path, headers, "", until: isEnough)
  }

  private func transmit(
    _ method: String, _ path: String, _ headers: [String: String], _ body: String,
    until isEnough: @escaping @Sendable (String) -> Bool
  ) async throws -> String {
    var all = ["Host": "127.0.0.1:\(port)", "Connection": "close"].merging(headers) { $1 }
    if !body.isEmpty { all["Content-Length"] = String(body.utf8.count) }
    let head = "\(method) \(path) HTTP/1.1\r\n" + all.map { "\($0): \($1)\r\n" }.joined() + "\r\n" + body
    let port = port
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try Self.exchange(head, port, isEnough) })
      }
    }
  }

  private static func exchange(_ head: String, _ port: Int, _ isEnough: (String) -> Bool) throws -> String {
    #if canImport(Glibc)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0 else { throw InputError("no socket") }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard isConnected == 0 else { throw InputError("no connection") }
    var limit = timeval(tv_sec: 120, tv_usec: 0)
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let bytes = Array(head.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes[sent...].withUnsafeBytes {
        unsafe Int(send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)))
      }
      guard count > 0 else { break }
      sent += count
    }
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while !isEnough(String(decoding: received, as: UTF8.self)) {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
      guard count > 0 else { break }
      received += buffer[..<count]
    }
    return String(decoding: received, as: UTF8.self)
  }

  private static func reply(to text: String) throws -> Reply {
    guard let end = text.firstRange(of: "\r\n\r\n") else { throw InputError("no reply: \(text.prefix(200))") }
    let lines = text[..<end.lowerBound].split(separator: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
    }
    let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    var body = String(text[end.upperBound...])
    if headers["transfer-encoding"] == "chunked" { body = unchunked(body) }
    return Reply(status: status, headers: headers, body: body)
  }

  private static func unchunked(_ text: String) -> String {
    var bytes = ArraySlice(Array(text.utf8))
    var whole: [UInt8] = []
    while let end = bytes.firstRange(of: Array("\r\n".utf8)) {
      guard let size = Int(String(decoding: bytes[..<end.lowerBound], as: UTF8.self), radix: 16), size > 0 else {
        break
      }
      whole += bytes[end.upperBound...].prefix(size)
      bytes = bytes[end.upperBound...].dropFirst(size + 2)
    }
    return String(decoding: whole, as: UTF8.self)
  }
}
