import Connections
import Core
import Foundation
import NIOCore
import NIOFoundationCompat

extension EndpointSampler {
  /// Looks at the server before a run is made, without spending anything: whether it is there and takes the key, which
  /// of the two interfaces it has, and what version it says to be.
  ///
  /// - Returns: The settings with what was found, for the manifest. Where a command is to load the models the server may
  ///   not run yet, and nothing is looked at.
  /// - Throws: `EndpointError`.
  public func survey() async throws -> EndpointSettings {
    guard settings.loadCommand == nil else { return settings }
    _ = try await client.modelNames()
    var found = settings
    if found.api == .auto { found.api = try await client.hasCompletions() ? .completions : .chat }
    found.serverVersion = await client.version()
    return found
  }
}

extension EndpointClient {
  /// Whether there is anything at `/completions`: an empty question is refused where there is, and costs nothing.
  func hasCompletions() async throws -> Bool {
    do {
      let response = try await transport.post(
        settings.url + "/completions", json: Data("{}".utf8), byteLimit: 1 << 20)
      return ![404, 405, 501].contains(response.status)
    } catch let failure as HTTPTransport.Failure {
      throw self.failure("\(failure)", tries: 1)
    }
  }

  /// What the server calls itself: vLLM and others at `/version`, llama.cpp among its properties.
  func version() async -> String? {
    struct Version: Decodable {
      let version: String?
      let buildInfo: String?

      enum CodingKeys: String, CodingKey {
        case version
        case buildInfo = "build_info"
      }
    }
    let root = settings.url.hasSuffix("/v1") ? String(settings.url.dropLast(3)) : settings.url
    for path in ["/version", "/props"] {
      // A server without a version is as good as one with.
      guard let response = try? await transport.get(root + path, byteLimit: 1 << 20), response.status == 200,
        let version = try? JSONDecoder().decode(Version.self, from: Data(buffer: response.body)),
        let text = version.version ?? version.buildInfo
      else { continue }
      return text.visible(limit: 60)
    }
    return nil
  }
}
