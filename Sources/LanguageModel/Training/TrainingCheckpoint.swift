import Foundation
import Storage

/// A training that can be continued: weights and AdamW's moments in float32, the number of steps made, and what identifies
/// the training.
///
/// The order of the data is a function of the seed, so that the number of steps is the place in it.
public struct TrainingCheckpoint: Sendable {
  public let folder: URL
  public let step: Int
  private let entries: [(String, String)]

  private static let formatVersion = 1
  private static let prefix = "step-"
  private static let description = "training.json"

  /// The newest checkpoint below `folder`; nil where there is none.
  ///
  /// - Throws: `ModelError` where it is damaged.
  public static func latest(in folder: URL) throws -> TrainingCheckpoint? {
    // A folder that is not there holds no checkpoint.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let steps = names.compactMap { $0.hasPrefix(prefix) ? Int($0.dropFirst(prefix.count)) : nil }
    guard let step = steps.max() else { return nil }
    return try TrainingCheckpoint(contentsOf: folder.appending(path: name(step)), step: step)
  }

  private static func name(_ step: Int) -> String {
    let digits = String(step)
    return prefix + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  private init(contentsOf folder: URL, step: Int) throws {
    self.folder = folder
    let file = folder.appending(path: Self.description)
    let object = try JSONObject(try Data(contentsOfModelFile: file), file: file.path)
    guard try object.integer("format") == Self.formatVersion, try object.integer("step") == step else {
      throw object.error("was not written by this version of the program; train again without --resume")
    }
    self.step = step
    entries = try object.require(try object.stringsByName("identity"), "identity")
  }

  /// - Throws: `ModelError` in one line where `identity` is not that of the interrupted training.
  package func check(_ identity: TrainingIdentity) throws {
    func refuse(_ what: String) -> ModelError {
      ModelError(
        .badInput, file: folder.deletingLastPathComponent().path,
        "\(what); give what the interrupted training had, or remove this folder and train anew")
    }
    for (name, value) in identity.entries {
      guard let stored = entries.first(where: { $0.0 == name })?.1 else {
        throw refuse("the interrupted training had no \(name), this one has \(value)")
      }
      if stored == value { continue }
      switch name {
      case "data": throw refuse("the rows are not those of the interrupted training")
      case "model": throw refuse("the model is not that of the interrupted training")
      default: throw refuse("\(name) was \(stored) in the interrupted training and is \(value) now")
      }
    }
  }

  /// Writes the state of `training` below `folder`, whole or not at all, and then removes older ones.
  ///
  /// - Throws: `ModelError` where the disk is full or refuses; older checkpoints then stay.
  package static func save(_ training: FineTuning, in folder: URL) throws {
    let name = name(training.completedSteps)
    try ModelError.translating {
      try NewFolder.createPath(to: folder)
      if !FileManager.default.fileExists(atPath: folder.appending(path: name).path) {
        try NewFolder.create(at: folder.appending(path: name)) { partial in
          for (file, buffer) in parts(of: training) {
            try SafetensorsWriter.write(
              training.weights.tensors, from: buffer, as: .float32, to: partial.appending(path: file))
          }
          try DurableFile.store(json(training), at: partial.appending(path: description))
        }
      }
    }
    for other in try FileManager.default.contentsOfDirectory(atPath: folder.path) where other != name {
      try FileManager.default.removeItem(at: folder.appending(path: other))
    }
  }

  /// Puts weights, moments and place of this checkpoint into `training`.
  ///
  /// - Throws: `ModelError` where a file is damaged.
  package func restore(_ training: FineTuning) throws {
    for (name, buffer) in Self.parts(of: training) {
      let url = folder.appending(path: name)
      let file = try SafetensorsFile(contentsOf: url)
      for tensor in training.weights.tensors {
        guard let stored = file.tensor(named: tensor.name), stored.shape == tensor.shape, stored.elementType == "F32"
        else { throw ModelError(.badInput, file: url.path, "tensor '\(tensor.name)' is missing or of another shape") }
        try file.read(stored, into: buffer, at: tensor.offset)
      }
    }
    guard step <= training.totalSteps else {
      throw ModelError(
        .badInput, file: folder.path, "has made \(step) steps of a training of \(training.totalSteps); remove it")
    }
    training.resume(after: step)
  }

  private static func parts(of training: FineTuning) -> [(file: String, buffer: FloatBuffer)] {
    [
      ("weights.safetensors", training.weights.values), ("adam_mean.safetensors", training.optimizer.mean),
      ("adam_variance.safetensors", training.optimizer.variance),
    ]
  }

  private static func json(_ training: FineTuning) -> Data {
    let entries = training.identity.entries.map { "    \($0.name.jsonLiteral): \($0.value.jsonLiteral)" }
    return Data(
      """
      {
        "format": \(formatVersion),
        "identity": {
      \(entries.joined(separator: ",\n"))
        },
        "step": \(training.completedSteps),
        "total_steps": \(training.totalSteps)
      }

      """.utf8)
  }
}
