import Foundation

/// A web server that answers a path with the bytes of a whole response, and then closes the connection.
public final class LocalServer: Sendable {
  private let server: WebServer

  public init(_ respond: @escaping @Sendable (_ path: String) -> Data) throws {
    server = try WebServer { WebServer.Reply(respond($0.path), closes: true) }
  }

  public var port: UInt16 { UInt16(server.port) }

  public func url(_ path: String) -> String { server.url(path) }

  /// A response with its length, which may be another than the body's.
  public static func response(_ status: String, headers: [String] = [], body: Data = Data(), length: Int? = nil) -> Data
  {
    let lines = ["HTTP/1.1 \(status)", "Content-Length: \(length ?? body.count)", "Connection: close"] + headers
    return Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
  }
}
