import Core
import Downloads
import Foundation

/// The folder that holds fetched models, a folder for each.
public struct ModelStore: Sendable {
  public let url: URL

  public init(_ url: URL) { self.url = url }

  /// `$REVERSAL_MODELS`, otherwise `~/.local/share/reversal/models`.
  public static func standard(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> ModelStore {
    if let path = environment["REVERSAL_MODELS"], !path.isEmpty { return ModelStore(URL(filePath: path)) }
    let home = environment["HOME"].map { URL(filePath: $0) } ?? FileManager.default.homeDirectoryForCurrentUser
    return ModelStore(home.appending(path: ".local/share/reversal/models"))
  }

  public func location(of model: PublishedModel) -> URL { url.appending(path: model.name) }

  public func contains(_ model: PublishedModel) -> Bool {
    FileManager.default.fileExists(atPath: location(of: model).path)
  }

  /// The folder that a user means by a path or a known name; a folder that is there goes first.
  ///
  /// - Throws: `InputError` where there is neither, which says how to get what has the name.
  public func folder(_ text: String, among models: [PublishedModel] = PublishedModel.all) throws -> URL {
    let folder = URL(filePath: text)
    if FileManager.default.fileExists(atPath: folder.path) { return folder }
    guard let model = models.first(where: { $0.name == text }) else {
      let names = models.map(\.name).joined(separator: ", ")
      throw InputError(file: text, "no such folder; give a model's folder, or a name that can be fetched: \(names)")
    }
    guard contains(model) else {
      throw InputError("\(model.name) is not on this machine; get it with `reversal model fetch \(model.name)`")
    }
    return location(of: model)
  }
}
