import Core
import Foundation
import Hummingbird
import Logging
import NIOCore
import RunStore
import ServiceLifecycle

/// Shows runs in a browser while they go, without ever disturbing them.
public struct DashboardServer: Sendable {
  public struct Options: Sendable {
    public var host: String
    /// 0 takes any free one.
    public var port: Int
    public var token: AccessToken?
    /// Further names under which browsers know this machine.
    public var allowedHosts: [String]
    /// Where the browse indexes lie.
    public var cache: URL

    public init(
      host: String = "127.0.0.1", port: Int = 8080, token: AccessToken? = nil, allowedHosts: [String] = [],
      cache: URL? = nil
    ) {
      self.host = host
      self.port = port
      self.token = token
      self.allowedHosts = allowedHosts
      self.cache = cache ?? IndexFile.standardFolder()
    }
  }

  private let options: Options
  let watch: RunWatch

  /// - Parameters:
  ///   - folders: Runs.
  ///   - evaluation: Which samples of a run count for diversity.
  /// - Throws: `InputError` where a folder is no run, or where others than this machine could read without a token.
  public init(
    runs folders: [URL], options: Options, evaluation: (RunReader) throws -> EvaluationSamples
  ) throws {
    guard options.token != nil || HostRule.isLoopback(options.host) else {
      throw InputError(
        "at \(options.host) anybody who reaches this machine could read the runs; give a token with --token-file or "
          + "REVERSAL_TOKEN, or leave --host out")
    }
    guard (0...65535).contains(options.port) else { throw InputError("--port is from 0 to 65535") }
    self.options = options
    var names: Set<String> = []
    watch = RunWatch(
      try folders.map { folder in
        try WatchedRun(
          id: Self.name(for: folder, besides: &names), folder: folder, evaluation: evaluation, cache: options.cache)
      })
  }

  /// Serves until SIGINT or SIGTERM, or until the task is cancelled.
  ///
  /// - Parameter started: Is given the address to open, once it can be opened.
  /// - Throws: `InputError` where the address cannot be listened on.
  public func run(started: @escaping @Sendable (String) -> Void) async throws {
    var logger = Logger(label: "reversal.dashboard")
    // What a reader asked for is nobody's business, and a broken connection no news.
    logger.logLevel = .critical
    let options = options
    watch.begin()
    defer { watch.stop() }
    let application = Application(
      responder: router.buildResponder(),
      configuration: ApplicationConfiguration(address: .hostname(options.host, port: options.port)),
      onServerRunning: { channel in
        started(Self.address(options.host, channel.localAddress?.port ?? options.port))
      }, logger: logger)
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [.init(service: application)], gracefulShutdownSignals: [.sigint, .sigterm], logger: logger))
    do {
      try await group.run()
    } catch let error as IOError {
      throw Self.explanation(of: error.errnoCode, options)
    }
  }

  /// Takes in everything that the runs hold.
  package func takeIn() {
    while watch.lookOnce() {}
  }

  var router: Router<BasicRequestContext> {
    Routes(
      watch: watch, hosts: HostRule(host: options.host, allowed: options.allowedHosts), token: options.token,
      cookie: "reversal-" + (options.port == 0 ? watch.epoch : String(options.port))
    ).router
  }

  private static func address(_ host: String, _ port: Int) -> String {
    // What stands for all addresses is none that can be opened.
    let name = host == "0.0.0.0" || host == "::" ? "localhost" : host
    return "http://\(name.contains(":") ? "[\(name)]" : name):\(port)/"
  }

  private static func explanation(of code: CInt, _ options: Options) -> InputError {
    switch code {
    case EADDRINUSE:
      InputError(
        "port \(options.port) of \(options.host) is in use; end what listens there, or choose another with --port "
          + "(0 takes any free one)")
    case EACCES:
      InputError("port \(options.port) is not for ordinary users; choose one from 1024 up with --port")
    case EADDRNOTAVAIL: InputError("\(options.host) is no address of this machine; give one of its own with --host")
    default:
      InputError(
        "\(options.host):\(options.port) cannot be listened on (error \(code)); choose another with --host and --port")
    }
  }

  /// The folder's name as it stands in addresses, made unique.
  private static func name(for folder: URL, besides names: inout Set<String>) -> String {
    let allowed = folder.lastPathComponent.unicodeScalars.map { scalar -> Character in
      let isPlain =
        scalar.isASCII
        && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.".unicodeScalars.contains(scalar))
      return isPlain ? Character(scalar) : "-"
    }
    let stem = String(allowed.prefix(60)).trimmingCharacters(in: CharacterSet(charactersIn: "."))
    let base = stem.isEmpty ? "run" : stem
    var name = base
    var number = 2
    while !names.insert(name).inserted {
      name = "\(base)-\(number)"
      number += 1
    }
    return name
  }
}
