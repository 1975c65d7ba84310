import Core
import Foundation
import LanguageModel
import Synchronization

/// A model in memory with its tokenizer.
struct LoadedModel: Sendable {
  let model: Model
  let tokenizer: Tokenizer

  /// - Parameter isTrained: Whether the weights are moved: they are then read into memory as float32, else they stay in
  ///   their files.
  init(contentsOf folder: URL, isTrained: Bool = false) throws {
    model = isTrained ? try Model(contentsOf: folder) : try Model(storedIn: folder)
    tokenizer = try Tokenizer(contentsOf: folder)
    guard tokenizer.vocabularySize <= model.configuration.vocabularySize else {
      throw InputError(
        file: folder.path,
        "the tokenizer has \(tokenizer.vocabularySize) tokens and the model \(model.configuration.vocabularySize); use the "
          + "tokenizer that belongs to the model")
    }
  }

  /// The token that closes a training row.
  func endToken(of folder: URL) throws -> Int32 {
    guard let end = model.configuration.eosTokenIDs.first else {
      throw InputError(
        file: folder.path, "the model names no end-of-sequence token; set eos_token_id in generation_config.json")
    }
    return Int32(end)
  }
}

/// Keeps the model that was read last: a stage samples from one checkpoint in many calls.
final class ModelCache: Sendable {
  private let last = Mutex<(folder: URL, modified: Date?, loaded: LoadedModel)?>(nil)

  func model(at folder: URL) throws -> LoadedModel {
    let config = folder.appending(path: "config.json").path
    // Only tells whether the folder is still the one read before; a missing file is reported by the reading.
    let modified = try? FileManager.default.attributesOfItem(atPath: config)[.modificationDate] as? Date
    if let hit = last.withLock({ $0 }), hit.folder == folder, hit.modified == modified { return hit.loaded }
    let loaded = try LoadedModel(contentsOf: folder)
    last.withLock { $0 = (folder, modified, loaded) }
    return loaded
  }
}
