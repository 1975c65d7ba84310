import Foundation
import LanguageModel
import Randomness

/// A model of a few thousand weights with random rows for it.
enum TinyTraining {
  static let configuration = ModelConfiguration(
    vocabularySize: 40, hiddenSize: 24, intermediateSize: 40, layerCount: 2, headCount: 4, keyValueHeadCount: 2,
    headDimension: 8, tiesEmbeddings: true, maxPositionCount: 96, eosTokenIDs: [0])

  static func model(seed: UInt64 = 1) -> Model { Model(random: configuration, seed: seed) }

  static func rows(_ count: Int, seed: UInt64) -> [TokenRow] {
    var stream = RandomStream(seed: seed)
    return (0..<count).map { _ in
      let length = 8 + stream.index(below: 60)
      return TokenRow(
        tokens: (0..<length).map { _ in Int32(stream.index(below: 40)) }, promptCount: 1 + stream.index(below: 6))
    }
  }

  /// Pairs whose completions share their prompt.
  static func pairs(_ count: Int, seed: UInt64) -> [TokenPair] {
    var stream = RandomStream(seed: seed)
    func tokens(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32(stream.index(below: 40)) } }
    return (0..<count).map { _ in
      let prompt = tokens(1 + stream.index(below: 30))
      func row() -> TokenRow {
        TokenRow(tokens: prompt + tokens(1 + stream.index(below: 30)), promptCount: prompt.count)
      }
      return TokenPair(chosen: row(), rejected: row())
    }
  }

  static func settings(threads: Int = 2) -> FineTuningSettings {
    FineTuningSettings(
      epochs: 2, optimizer: OptimizerSettings(learningRate: 3e-3), batchTokens: 1500, batchPairs: 12, seed: 7,
      threads: threads)
  }

  static let examples: [TrainingExamples] = [.supervised(rows(60, seed: 2)), .preference(pairs(40, seed: 3))]
}

/// A folder that is gone when the test is.
final class ScratchFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "reversal-training-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    // A folder that cannot be removed is the system's to clean.
    try? FileManager.default.removeItem(at: url)
  }
}
