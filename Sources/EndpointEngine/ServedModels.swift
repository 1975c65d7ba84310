import Core
import Foundation

/// Knows under which name the server has a model, and sees to it that it does before anything is spent.
actor ServedModels {
  private let settings: EndpointSettings
  private let client: EndpointClient
  /// Where programs are looked for.
  private let searchPath: String
  private var served: Set<Int> = []

  init(_ settings: EndpointSettings, client: EndpointClient, searchPath: String) {
    self.settings = settings
    self.client = client
    self.searchPath = searchPath
  }

  /// The name of `checkpoint` on the server. The first time a process asks, the server's list is looked at, and where
  /// the model is not in it, or every model has the same name, the user's command loads it.
  ///
  /// - Throws: `EndpointError` where it is not served.
  func name(of checkpoint: Checkpoint) async throws -> String {
    let name = settings.modelName(iteration: checkpoint.iteration)
    guard !served.contains(checkpoint.iteration) else { return name }
    guard let template = settings.loadCommand else {
      try await check(name, checkpoint)
      served.insert(checkpoint.iteration)
      return name
    }
    // A server that is yet to be started lists nothing.
    let isListed = settings.namesIterations ? await lists(name) : false
    if !isListed {
      let command = try LoadCommand(template, checkpoint: checkpoint, model: name, searchPath: searchPath)
      try await command.run(address: settings.url)
      try await wait(for: name)
    }
    // One name for all: what was loaded before is served no more.
    if !settings.namesIterations { served = [] }
    served.insert(checkpoint.iteration)
    return name
  }

  private func check(_ name: String, _ checkpoint: Checkpoint) async throws {
    guard let names = try await client.modelNames() else { return }
    guard names.contains(name) else {
      // M_0 is never asked in a run: a filter names its model itself.
      let advice =
        checkpoint.iteration == 0
        ? "give the name of one it serves"
        : "let it load \(checkpoint.folder.path) under that name, or correct the name"
      throw EndpointError(
        .notServed, address: settings.url,
        "serves no model '\(name.visible(limit: 100))' but \(Self.list(names)); \(advice)")
    }
  }

  private func lists(_ name: String) async -> Bool {
    // Whatever keeps the list from us, the command comes first and the list is asked for again.
    let names = try? await client.modelNames(tries: 1)
    return names?.contains(name) ?? false
  }

  private func wait(for name: String) async throws {
    let clock = client.clock
    let end = clock.now() + .seconds(settings.loadTimeoutS)
    while true {
      // Refused connections are what a server that is starting gives.
      do {
        guard let names = try await client.modelNames(tries: 1) else { return }
        if names.contains(name) { return }
      } catch let error as EndpointError where error.code == .failed {}
      try Task.checkCancellation()
      guard clock.now() < end else {
        throw EndpointError(
          .notServed, address: settings.url,
          "does not serve '\(name.visible(limit: 100))' \(settings.loadTimeoutS) s after load_command; look at the server's "
            + "own messages, or give a longer load_timeout_s")
      }
      try await clock.sleep(.seconds(1))
    }
  }

  private static func list(_ names: [String]) -> String {
    guard !names.isEmpty else { return "none" }
    let shown = names.prefix(5).map { "'\($0.visible(limit: 100))'" }.joined(separator: ", ")
    return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
  }
}
