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

  private static func shards(of index: URL, in folder: URL) throws -> ([String], [String: Source]) {
    let object = try JSONObject(try Data(contentsOfModelFile: index), file: index.path)
    let entries = try object.require(try object.stringsByName("weight_map"), "weight_map")
    var files: [String: SafetensorsFile] = [:]
    var sources: [String: Source] = [:]
    for (tensorName, fileName) in entries {
      guard fileName.hasSuffix(".safetensors"), !fileName.contains("/"), !fileName.contains("\0") else {
        throw object.error("weight_map names '\(fileName)', which is no safetensors file of this folder")
      }
      let url = folder.appending(path: fileName)
      let file = try files[fileName] ?? SafetensorsFile(contentsOf: url)
      files[fileName] = file
      guard let tensor = file.tensor(named: tensorName) else {
        throw object.error("tensor '\(tensorName)' is not in \(fileName); get the shards again")
      }
      sources[tensorName] = Source(fileName: url.path, file: file, tensor: tensor)
    }
    return (entries.map(\.0), sources)
  }

  /// All weights at the offsets of `layout`, checked by name and shape before any memory is taken for them.
  ///
  /// - Throws: `ModelError` naming the tensor, the shape found and the shape expected.
  func read(_ layout: ParameterLayout) throws -> FloatBuffer {
    let known = Set(layout.tensors.map(\.name))
    if let other = names.first(where: { !known.contains($0) && !Self.isRedundant($0) }) {
      throw ModelError(.badInput, file: name, "tensor '\(other)' is not part of the model that config.json describes")
    }
    let found = try layout.tensors.map { expected in
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
    let parameters = FloatBuffer(count: layout.count)
    for (source, expected) in zip(found, layout.tensors) {
      try source.file.read(source.tensor, into: parameters, at: expected.offset)
    }
    return parameters
  }

  /// Tensors that older exports carry although the configuration implies them.
  private static func isRedundant(_ name: String) -> Bool {
    name == "lm_head.weight" || name.hasSuffix(".self_attn.rotary_emb.inv_freq")
  }
}
