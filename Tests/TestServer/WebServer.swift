import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// A web server on this machine that answers as a test wants, with bytes that need not be HTTP.
public final class WebServer: Sendable {
  public struct Request: Sendable {
    public let method: String
    public let path: String
    public let authorization: String?
    public let body: Data
  }

  /// What goes back: pieces of bytes, each after a wait; nothing stands between the test and the wire.
  public struct Reply: Sendable {
    public let pieces: [(wait: Duration, bytes: Data)]
    /// Whether the connection ends with the last piece.
    public let closes: Bool
    /// Called when the last piece is on its way, or nobody waits for it any more.
    public var ended: (@Sendable () -> Void)?

    public init(_ pieces: [(wait: Duration, bytes: Data)], closes: Bool = false) {
      self.pieces = pieces
      self.closes = closes
    }

    public init(_ bytes: Data, closes: Bool = false) { self.init([(.zero, bytes)], closes: closes) }

    /// A whole response.
    public static func http(
      _ status: Int, headers: [(String, String)] = [], body: Data = Data(), wait: Duration = .zero
    ) -> Reply {
      let head = (["HTTP/1.1 \(status) -", "Content-Length: \(body.count)"] + headers.map { "\($0): \($1)" })
        .joined(separator: "\r\n")
      return Reply([(wait, Data((head + "\r\n\r\n").utf8) + body)])
    }
  }

  public let port: Int
  private let channel: any Channel

  /// - Parameters:
  ///   - port: 0 takes a free one.
  ///   - isHasty: Whether it answers as soon as it has a request's head, and closes the connection when it has the whole.
  ///   - respond: Runs on the server's own threads and must not wait: tests that wait for a program which asks this server
  ///     may hold all threads of the tasks.
  public init(
    port: Int = 0, isHasty: Bool = false, _ respond: @escaping @Sendable (Request) -> Reply
  ) throws {
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 1_024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers([
            ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)),
            Responder(respond, isHasty: isHasty),
          ])
        }
      }
    channel = try bootstrap.bind(host: "127.0.0.1", port: port).wait()
    self.port = channel.localAddress?.port ?? 0
  }

  deinit { channel.close(promise: nil) }

  public func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }
}

/// One connection: a request at a time, which is what clients without pipelining send.
private final class Responder: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = ByteBuffer

  private let respond: @Sendable (WebServer.Request) -> WebServer.Reply
  private let isHasty: Bool
  private var head: HTTPRequestHead?
  private var body = ByteBuffer()

  init(_ respond: @escaping @Sendable (WebServer.Request) -> WebServer.Reply, isHasty: Bool) {
    self.respond = respond
    self.isHasty = isHasty
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body.clear()
      if isHasty { answer(context) }
    case .body(var part): body.writeBuffer(&part)
    case .end: if isHasty { context.close(promise: nil) } else { answer(context) }
    }
  }

  private func answer(_ context: ChannelHandlerContext) {
    guard let head else { return }
    let request = WebServer.Request(
      method: head.method.rawValue, path: head.uri, authorization: head.headers.first(name: "Authorization"),
      body: Data(body.readableBytesView))
    Self.send(respond(request), from: 0, to: context.channel)
  }

  /// Writes the pieces from number `first` on.
  private static func send(_ reply: WebServer.Reply, from first: Int, to channel: any Channel) {
    guard first < reply.pieces.count, channel.isActive else {
      reply.ended?()
      if reply.closes { channel.close(promise: nil) }
      return
    }
    let piece = reply.pieces[first]
    @Sendable func write() {
      channel.writeAndFlush(ByteBuffer(bytes: piece.bytes), promise: nil)
      send(reply, from: first + 1, to: channel)
    }
    if piece.wait > .zero {
      channel.eventLoop.scheduleTask(in: TimeAmount(piece.wait), write)
    } else {
      write()
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
