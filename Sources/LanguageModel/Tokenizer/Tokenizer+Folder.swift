import Foundation

extension Tokenizer {
  /// The tokenizer of a model folder: `tokenizer.json`, or where there is none the `tokenizer.model` of SentencePiece or
  /// tiktoken.
  ///
  /// Where `tokenizer_config.json` says whether BOS and EOS are added, that holds, as in transformers.
  /// - Throws: `ModelError` naming the file and what is missing, damaged or not supported.
  public convenience init(contentsOf folder: URL) throws {
    let json = folder.appending(path: "tokenizer.json")
    let model = folder.appending(path: "tokenizer.model")
    let configuration = try TokenizerConfiguration(contentsOf: folder)
    if FileManager.default.fileExists(atPath: json.path) || !FileManager.default.fileExists(atPath: model.path) {
      var definition = try TokenizerFile(json: try Data(contentsOfModelFile: json), name: json.path).definition
      try definition.surround(configuration, file: json.path)
      try self.init(definition, name: json.path)
    } else {
      try self.init(model: try Data(contentsOfModelFile: model), name: model.path, configuration)
    }
  }

  /// - Parameters:
  ///   - model: a `tokenizer.model` of SentencePiece or tiktoken.
  ///   - name: what messages call the file.
  public convenience init(model: Data, name: String) throws { try self.init(model: model, name: name, .none) }

  private convenience init(model: Data, name: String, _ configuration: TokenizerConfiguration) throws {
    try self.init(
      TiktokenFile.isFile(model)
        ? try TiktokenFile(model, name: name).definition(configuration)
        : try SentencePieceFile(model, name: name).definition(configuration), name: name)
  }
}

extension TokenizerDefinition {
  /// Puts BOS and EOS in the place of the post-processor's tokens where the configuration names either.
  fileprivate mutating func surround(_ configuration: TokenizerConfiguration, file: String) throws {
    guard configuration.addsBOS != nil || configuration.addsEOS != nil else { return }
    func ids(_ name: String, _ isAdded: Bool?) throws -> [Int] {
      guard isAdded ?? false, let token = configuration.specialToken(name) else { return [] }
      guard let id = self.ids.id(of: token) else {
        throw ModelError(
          .badInput, file: file, "\(name) '\(token)' of tokenizer_config.json is not in the vocabulary; correct it")
      }
      return [Int(id)]
    }
    (prefixIDs, suffixIDs) = (try ids("bos_token", configuration.addsBOS), try ids("eos_token", configuration.addsEOS))
  }
}
