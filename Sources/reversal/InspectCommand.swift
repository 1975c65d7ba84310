import ArgumentParser
import Core
import Foundation
import LanguageModel

/// `reversal inspect`: what a model folder is, and what it takes to work with it.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what a model folder is, its size, the memory it needs and whether it is supported.",
    discussion: """
      Reads the configuration and the headers of the weight files, not the weights. A model that is not supported is \
      shown as far as its files tell, with the reason; the exit status is 0 all the same. Memory is without activations: \
      `reversal train` estimates those for its batch.
      """)

  @Argument(help: "Model folder in the Hugging Face layout.", completion: .directory) var folder: String
  @Flag(help: "One JSON object instead of a table; sizes in bytes.") var json = false

  func run() throws {
    let inspection = try ModelInspection(of: URL(filePath: folder))
    if json {
      print(try JSONLines.line(InspectionRow(inspection: inspection)))
    } else {
      for (label, value) in Self.table(inspection) {
        Console.show(label.padding(toLength: 24, withPad: " ", startingAt: 0) + value)
      }
    }
  }

  private static func table(_ inspection: ModelInspection) -> [(String, String)] {
    var rows = [("supported", inspection.unsupported.map { "no (\($0))" } ?? "yes")]
    rows.append(("architecture", inspection.architecture ?? "unknown"))
    if let count = inspection.parameterCount {
      rows.append(("parameters", "\(count) (\(inspection.elementTypes.joined(separator: ", ")))"))
      let files = inspection.weightFiles
      let names = files.count > 2 ? "\(files.count) files" : files.joined(separator: ", ")
      rows.append(("weights", "\(size(inspection.weightBytes)) in \(names)"))
    }
    if let c = inspection.configuration { rows += table(c) }
    rows.append(("tokenizer", tokenizer(inspection)))
    if let memory = inspection.memory {
      rows += [
        (
          "memory, weights",
          "\(size(memory.weights)) as stored"
            + (memory.packedForSampling > 0 ? ", \(size(memory.packedForSampling)) more in float32 to sample" : "")
        ),
        (
          "memory, keys and values",
          "\(size(memory.keyValuePerToken)) a token; 64 full contexts "
            + size(memory.keyValueOf64Contexts)
        ),
        ("memory, full training", "\(size(memory.fullFineTuning)): weights, gradient, two moments of AdamW in float32"),
      ]
    }
    return rows
  }

  private static func table(_ c: ModelConfiguration) -> [(String, String)] {
    let scaling =
      switch c.ropeScaling {
      case nil: ""
      case .linear(let factor): ", linear scaling by \(factor)"
      case .llama3(let factor, let low, let high, let original):
        ", llama3 scaling by \(factor) (low \(low), high \(high), original context \(original))"
      }
    let windowed = (0..<c.layerCount).count { c.slidingWindow(layer: $0) != nil }
    let biases = c.biasedProjections
    return [
      ("layers", "\(c.layerCount) of width \(c.hiddenSize), feed-forward \(c.intermediateSize)"),
      ("heads", "\(c.headCount) of width \(c.headDimension), \(c.keyValueHeadCount) for keys and values"),
      ("vocabulary", "\(c.vocabularySize), head \(c.tiesEmbeddings ? "tied to the embedding" : "of its own")"),
      ("context", "\(c.maxPositionCount)"),
      ("rotary embedding", "theta \(c.ropeTheta)\(scaling)"),
      ("sliding window", c.slidingWindow.map { "\($0) in \(windowed) of \(c.layerCount) layers" } ?? "none"),
      ("biases", biases.isEmpty ? "none" : biases.joined(separator: ", ")),
      ("end of sequence", c.eosTokenIDs.isEmpty ? "none" : c.eosTokenIDs.map(String.init).joined(separator: ", ")),
    ]
  }

  private static func tokenizer(_ inspection: ModelInspection) -> String {
    switch (inspection.tokenizer, inspection.tokenizerProblem) {
    case (let name?, nil): name
    case (let name?, let problem?): "\(name), not usable (\(problem))"
    case (nil, let problem): "none (\(problem ?? ""))"
    }
  }

  /// Bytes in the largest unit that leaves a whole part.
  private static func size(_ bytes: Int) -> String {
    let units = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)]
    guard let (unit, shift) = units.first(where: { bytes >> $0.1 > 0 }) else { return "\(bytes) B" }
    let tenths = (Double(bytes) / Double(1 << shift) * 10).rounded() / 10
    return "\(tenths) \(unit)"
  }
}
