import Core
import Foundation
import LanguageModel
import Synchronization

/// A model in memory with its tokenizer.
struct LoadedModel: Sendable {
  let model: Model
  let tokenizer: Tokenizer

  /// - Parameter adapter: A PEFT folder that is merged into the model.
  init(contentsOf folder: URL, adapter: URL? = nil) throws {
    model = try Model.reading(folder, adapter: adapter)
    tokenizer = try Tokenizer(contentsOf: folder)
    try Self.check(tokenizer, model.configuration, folder: folder)
  }

  /// - Throws: `InputError` where the tokenizer gives tokens that the model does not have.
  static func check(_ tokenizer: Tokenizer, _ configuration: ModelConfiguration, folder: URL) throws {
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw InputError(
        file: folder.path,
        "the tokenizer has \(tokenizer.vocabularySize) tokens and the model \(configuration.vocabularySize); use the "
          + "tokenizer that belongs to the model")
    }
  }

  /// The token that closes a training row.
  static func endToken(_ configuration: ModelConfiguration, folder: URL) throws -> Int32 {
    guard let end = configuration.eosTokenIDs.first else {
      throw InputError(
        file: folder.path, "the model names no end-of-sequence token; set eos_token_id in generation_config.json")
    }
    return Int32(end)
  }
}

/// Keeps the model that was read last: a stage samples from one checkpoint in many calls.
final class ModelCache: Sendable {
  private let adapter: URL?
  private let last = Mutex<(folder: URL, modified: Date?, loaded: LoadedModel)?>(nil)

  /// - Parameter adapter: A PEFT folder that is merged into every model.
  init(adapter: URL? = nil) { self.adapter = adapter }

  func model(at folder: URL) throws -> LoadedModel {
    let config = folder.appending(path: "config.json").path
    // Only tells whether the folder is still the one read before; a missing file is reported by the reading.
    let modified = try? FileManager.default.attributesOfItem(atPath: config)[.modificationDate] as? Date
    if let hit = last.withLock({ $0 }), hit.folder == folder, hit.modified == modified { return hit.loaded }
    let loaded = try LoadedModel(contentsOf: folder, adapter: adapter)
    last.withLock { $0 = (folder, modified, loaded) }
    return loaded
  }
}

extension Model {
  /// The model of a folder to be run, its weights left in their files, or with an adapter merged where one is given.
  ///
  /// - Parameter adapter: A PEFT folder.
  static func reading(_ folder: URL, adapter: URL?) throws -> Model {
    guard let adapter else { return try Model(storedIn: folder) }
    let base = try Model(storedIn: folder)
    return base.merging(try LowRankAdapter(contentsOf: adapter, for: base))
  }
}
