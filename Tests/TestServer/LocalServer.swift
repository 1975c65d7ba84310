import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A web server on this machine that says what a test wants it to say.
public final class LocalServer: Sendable {
  public let port: UInt16
  #if canImport(Darwin)
    private static let noSignal: Int32 = 0
  #else
    private static let noSignal = Int32(MSG_NOSIGNAL)
  #endif
  private let descriptor: Int32

  /// - Parameter respond: The bytes of the whole response to a request for a path.
  public init(_ respond: @escaping @Sendable (_ path: String) -> Data) throws {
    #if canImport(Darwin)
      let stream = SOCK_STREAM
    #else
      let stream = Int32(SOCK_STREAM.rawValue)
    #endif
    let server = socket(AF_INET, stream, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(server, $0, length) == 0 }
    }
    guard isBound, listen(server, 16) == 0 else { throw CocoaError(.fileReadUnknown) }
    _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(server, $0, &length)
      }
    }
    descriptor = server
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread {
      while true {
        let connection = accept(server, nil, nil)
        guard connection >= 0 else { return }
        Self.answer(connection, respond)
        close(connection)
      }
    }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  public func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

  private static func answer(_ connection: Int32, _ respond: (String) -> Data) {
    var request: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4_096)
    while !String(decoding: request, as: UTF8.self).contains("\r\n\r\n"), request.count < 1 << 16 {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe recv(connection, $0.baseAddress, $0.count, 0) }
      guard count > 0 else { return }
      request += chunk[..<count]
    }
    let path = String(decoding: request, as: UTF8.self).split(separator: " ").dropFirst().first ?? "/"
    var response = Array(respond(String(path)))[...]
    while !response.isEmpty {
      // A client that has gone must not end the test by a signal.
      let sent = unsafe response.withUnsafeBytes {
        unsafe send(connection, $0.baseAddress, $0.count, noSignal)
      }
      guard sent > 0 else { return }
      response = response.dropFirst(sent)
    }
  }

  /// A response with its length, which may be another than the body's.
  public static func response(_ status: String, headers: [String] = [], body: Data = Data(), length: Int? = nil) -> Data
  {
    let lines = ["HTTP/1.1 \(status)", "Content-Length: \(length ?? body.count)", "Connection: close"] + headers
    return Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
  }
}
