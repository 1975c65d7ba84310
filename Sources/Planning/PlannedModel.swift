import Core
import Foundation
import LanguageModel

/// M_0 as far as a plan knows it: by its folder, or by its name where the folder is not there yet.
public struct PlannedModel: Sendable {
  public let name: String
  public let shape: ModelShape
  /// Where the shape is from.
  public let source: String
  public let folder: URL
  public let tokenizer: Tokenizer?
  public let family: TokenizerFamily?
  public let paperName: String?

  /// - Parameter problem: Makes an error that names the configuration's line.
  /// - Throws: `ModelError` for a folder that holds another model than can be planned, and what `problem` makes of a name
  ///   that is not known.
  public init(path: String, problem: (String) -> InputError) throws {
    folder = URL(filePath: path)
    let known = KnownModel.named(byPath: path)
    paperName = known?.paperName
    family = known?.tokenizer
    name = known?.name ?? folder.lastPathComponent
    if FileManager.default.fileExists(atPath: folder.appending(path: "config.json").path) {
      shape = ModelShape(try ModelConfiguration(contentsOf: folder))
      source = "its config.json"
    } else if let known {
      shape = ModelShape(known.configuration)
      source = "known by its name; \(path) is not there"
    } else {
      throw problem(
        "'model' is \(path): there is no config.json, and the name is none of those known without one: "
          + KnownModel.all.map(\.name).joined(separator: ", "))
    }
    let hasTokenizer = ["tokenizer.json", "tokenizer.model"].contains { file in
      FileManager.default.fileExists(atPath: URL(filePath: path).appending(path: file).path)
    }
    tokenizer = hasTokenizer ? try Tokenizer(contentsOf: folder) : nil
  }
}
