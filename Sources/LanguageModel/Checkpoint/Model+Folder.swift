import Foundation
import Storage

extension Model {
  /// The model of a Hugging Face folder, `config.json` and `model.safetensors`, whole or in shards: its weights as
  /// float32 in memory of their own, to be trained.
  ///
  /// - Throws: `ModelError` naming the file and what is missing, damaged, contradictory or not supported.
  public convenience init(contentsOf folder: URL) throws {
    let configuration = try ModelConfiguration(contentsOf: folder)
    let weights = try CheckpointWeights(contentsOf: folder)
    self.init(configuration: configuration, parameters: try weights.read(ParameterLayout(configuration)))
  }

  /// The model of a Hugging Face folder to be run, not trained: its weights stay in the files, mapped into memory, in the
  /// type they are stored in. Opening reads no weight but the vectors.
  ///
  /// - Throws: `ModelError` naming the file and what is missing, damaged, contradictory or not supported.
  public convenience init(storedIn folder: URL) throws {
    let configuration = try ModelConfiguration(contentsOf: folder)
    let layout = ParameterLayout(configuration)
    self.init(configuration, layout, stored: try CheckpointWeights(contentsOf: folder).stored(layout))
  }

  /// Writes a Hugging Face folder, whole or not at all: into a sibling folder first, which is renamed once it is on the
  /// disk.
  ///
  /// - Parameters:
  ///   - source: a model folder whose tokenizer files are copied where they exist.
  ///   - tokenizerJSON: a `tokenizer.json`, which takes the place of the source's tokenizer.
  ///   - shardSize: bytes of weights from which they are split into several files with an index.
  /// - Throws: `ModelError`: bad input where `folder` exists, which stays as it is, or where the tokenizer does not fit
  ///   the model; system where the disk is full or refuses. Nothing is left behind.
  public func save(
    to folder: URL, auxiliaryFilesFrom source: URL?, tokenizerJSON: Data? = nil, elementType: StoredElementType,
    shardSize: Int = SafetensorsWriter.shardSize
  ) throws {
    try save(
      to: folder, auxiliaryFilesFrom: source, tokenizerJSON: tokenizerJSON, elementType: elementType,
      shardSize: shardSize
    ) { elements(of: $0) }
  }

  /// The same with the values of each tensor from `elements`, asked for one after another.
  func save(
    to folder: URL, auxiliaryFilesFrom source: URL?, tokenizerJSON: Data?, elementType: StoredElementType,
    shardSize: Int = SafetensorsWriter.shardSize, elements: (ParameterLayout.Tensor) -> WeightMatrix.Elements
  ) throws {
    var files: [(name: String, data: Data)] = [
      ("config.json", configuration.configJSON(elementType: elementType)),
      ("generation_config.json", configuration.generationConfigJSON()),
    ]
    if let tokenizerJSON {
      let tokenizer = try Tokenizer(json: tokenizerJSON, name: "tokenizer.json")
      guard tokenizer.vocabularySize <= configuration.vocabularySize else {
        throw ModelError(
          .badInput, file: "tokenizer.json",
          "has \(tokenizer.vocabularySize) tokens, the model only \(configuration.vocabularySize); they do not belong together"
        )
      }
      files.append(("tokenizer.json", tokenizerJSON))
      files.append(("tokenizer_config.json", configuration.tokenizerConfigJSON(for: tokenizer)))
    } else if let source {
      files += try Self.tokenizerFiles(in: source)
    }
    try ModelError.translating {
      try NewFolder.create(at: folder) { partial in
        for (name, data) in files { try DurableFile.store(data, at: partial.appending(path: name)) }
        try SafetensorsWriter.write(layout, as: elementType, in: partial, shardSize: shardSize, from: elements)
      }
    }
  }

  private static func tokenizerFiles(in source: URL) throws -> [(name: String, data: Data)] {
    let names = [
      "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "tokenizer.model",
      "chat_template.jinja",
    ]
    return try names.compactMap { name in
      let file = source.appending(path: name)
      return FileManager.default.fileExists(atPath: file.path) ? (name, try Data(contentsOfModelFile: file)) : nil
    }
  }
}
