import Foundation

/// The weights of a model folder: `model.safetensors`, or the shards that `model.safetensors.index.json` names.
struct CheckpointWeights {
  private struct Source {
    let fileName: String
    let file: SafetensorsFile
    let tensor: SafetensorsFile.Tensor
  }

  private let folder: URL
  /// What messages call the place where a tensor is looked for.
  private let name: String
  private let sources: [String: Source]
  /// All tensor names, in the order of the files.
  private let names: [String]

  /// - Throws: `ModelError` naming the file that is missing, damaged or not where it may be.
  init(contentsOf folder: URL) throws {
    self.folder = folder
    let single = folder.appending(path: "model.safetensors")
    let index = folder.appending(path: "model.safetensors.index.json")
    if FileManager.default.fileExists(atPath: single.path) || !FileManager.default.fileExists(atPath: index.path) {
      name = single.path
      let file = try SafetensorsFile(contentsOf: single)
      names = file.tensors.map(\.name)
      sources = Dictionary(
        uniqueKeysWithValues: file.tensors.map { ($0.name, Source(fileName: single.path, file: file, tensor: $0)) })
    } else {
      name = index.path
      (names, sources) = try Self.shards(of: index, in: folder)
    }
  }

  private init(folder: URL, name: String, sources: [String: Source], names: [String]) {
    self.folder = folder
    self.name = name
    self.sources = sources
    self.names = names
  }

  private static func shards(of index: URL, in folder: URL) throws -> ([String], [String: Source]) {
    let entries = try ShardIndex(contentsOf: index).entries
    var files: [String: SafetensorsFile] = [:]
    var sources: [String: Source] = [:]
    for (tensorName, fileName) in entries {
      let url = folder.appending(path: fileName)
      let file = try files[fileName] ?? SafetensorsFile(contentsOf: url)
      files[fileName] = file
      guard let tensor = file.tensor(named: tensorName) else {
        throw ModelError(
          .badInput, file: index.path, "tensor '\(tensorName)' is not in \(fileName); get the shards again")
      }
      sources[tensorName] = Source(fileName: url.path, file: file, tensor: tensor)
    }
    return (entries.map(\.tensor), sources)
  }

  /// Names of the files, in the order of the alphabet.
  var fileNames: [String] {
    Set(sources.values.map { URL(filePath: $0.fileName).lastPathComponent }).sorted()
  }

  /// Types of the elements as the files spell them, in the order of the alphabet.
  var elementTypes: [String] { Set(sources.values.map(\.tensor.elementType)).sorted() }

  /// Bytes of the tensors.
  var byteCount: Int { sources.values.reduce(0) { $0 + $1.tensor.byteRange.count } }

  /// Elements of the tensors.
  var parameterCount: Int { sources.values.reduce(0) { $0 + $1.tensor.count } }

  /// All weights as float32 at the offsets of `layout`, checked by name and shape before any memory is taken for them.
  ///
  /// - Throws: `ModelError` naming the tensor, the shape found and the shape expected; system where the machine cannot
  ///   hold them.
  func read(_ layout: ParameterLayout) throws -> FloatBuffer {
    let found = try sources(of: layout.tensors)
    let (needed, memory) = (4 * UInt64(layout.count), ProcessInfo.processInfo.physicalMemory)
    guard needed < memory else {
      throw ModelError(
        .system, file: name,
        "takes \(needed >> 20) MiB as float32 and the machine has \(memory >> 20); use a smaller model")
    }
    let parameters = FloatBuffer(count: layout.count)
    for (source, expected) in zip(found, layout.tensors) {
      try source.file.read(source.tensor, into: parameters, at: expected.offset)
    }
    return parameters
  }

  /// The tensors of `layout`, in its order, where they lie in the files and as they are stored.
  ///
  /// - Throws: `ModelError` as `read` does, and for elements of a type that is not supported.
  func stored(_ layout: ParameterLayout) throws -> [WeightMatrix.Elements] {
    try stored(layout.tensors)
  }

  /// The same for any list of tensors.
  ///
  /// - Parameter ignoring: Whether a tensor that is not in the list may be in the files.
  func stored(
    _ tensors: [ParameterLayout.Tensor], ignoring: (String) -> Bool = Self.isRedundant
  ) throws -> [WeightMatrix.Elements] {
    try sources(of: tensors, ignoring: ignoring).map { try $0.file.elements(of: $0.tensor) }
  }

  /// The same tensors under other names.
  ///
  /// - Throws: `ModelError` where two would get the same.
  func renamed(_ newName: (String) -> String) throws -> CheckpointWeights {
    var sources: [String: Source] = [:]
    for old in names {
      guard let source = self.sources[old] else { continue }
      guard sources.updateValue(source, forKey: newName(old)) == nil else {
        throw ModelError(.badInput, file: name, "has two tensors for '\(newName(old))'; remove one")
      }
    }
    return CheckpointWeights(folder: folder, name: name, sources: sources, names: names.map(newName))
  }

  /// Where each tensor of `layout` is, once every name and shape is known to be right.
  private func sources(
    of tensors: [ParameterLayout.Tensor], ignoring: (String) -> Bool = Self.isRedundant
  ) throws -> [Source] {
    let known = Set(tensors.map(\.name))
    if let other = names.first(where: { !known.contains($0) && !ignoring($0) }) {
      throw ModelError(.badInput, file: name, "tensor '\(other)' is not part of the model that config.json describes")
    }
    return try tensors.map { expected in
      guard let source = sources[expected.name] else {
        throw ModelError(.badInput, file: name, "tensor '\(expected.name)' of shape \(expected.shape) is missing")
      }
      guard source.tensor.shape == expected.shape else {
        throw ModelError(
          .badInput, file: source.fileName,
          "tensor '\(expected.name)' has shape \(source.tensor.shape); config.json asks for \(expected.shape)")
      }
      return source
    }
  }

  /// Tensors that older exports carry although the configuration implies them.
  private static func isRedundant(_ name: String) -> Bool {
    name == "lm_head.weight" || name.hasSuffix(".self_attn.rotary_emb.inv_freq")
  }
}
