import Core
import Foundation
import LanguageModel
import Storage
import Synchronization

/// The steps of a training as JSON Lines, under TRL's names where it has them.
final class TrainLog: Sendable {
  private let path: String
  private let handle = Mutex<FileHandle?>(nil)

  /// - Throws: `InputError` where there is no folder for the file.
  init(path: String) throws {
    self.path = path
    let folder = URL(filePath: path).deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw InputError(file: path, "cannot be written; check its folder and the permissions")
    }
  }

  /// Begins the file; of a continued training it keeps the lines of the steps that were made.
  func start(after completedSteps: Int) throws {
    var kept = Data()
    if completedSteps > 0 {
      // Without its earlier lines the file begins at the step that training continues from.
      for line in ((try? Data(contentsOf: URL(filePath: path))) ?? Data()).split(separator: UInt8(ascii: "\n")) {
        // A line that a killed process left unfinished is none.
        guard let step = try? JSONDecoder().decode(Step.self, from: line).step, step <= completedSteps else { continue }
        kept += line + [UInt8(ascii: "\n")]
      }
    }
    do {
      try DurableFile.replace(URL(filePath: path), with: kept)
      let file = try FileHandle(forWritingTo: URL(filePath: path))
      try file.seekToEnd()
      handle.withLock { $0 = file }
    } catch {
      throw InputError(file: path, "cannot be written; check the path and its permissions")
    }
  }

  func add(_ step: TrainingStep) throws {
    let line = Data((try JSONLines.line(Line(step: step)) + "\n").utf8)
    try handle.withLock { try $0?.write(contentsOf: line) }
  }

  private struct Step: Decodable {
    let step: Int
  }

  private struct Line: Encodable {
    let step: TrainingStep

    enum CodingKeys: String, CodingKey {
      case step, loss, tokens
      case learningRate = "learning_rate"
      case gradientNorm = "gradient_norm"
      case chosenReward = "rewards/chosen"
      case rejectedReward = "rewards/rejected"
      case accuracy = "rewards/accuracies"
      case margin = "rewards/margins"
      case chosenLogProbability = "logps/chosen"
      case rejectedLogProbability = "logps/rejected"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(step.step, forKey: .step)
      try container.encode(step.loss, forKey: .loss)
      try container.encode(step.tokenCount, forKey: .tokens)
      try container.encode(step.learningRate, forKey: .learningRate)
      try container.encode(step.gradientNorm, forKey: .gradientNorm)
      guard let metrics = step.preference else { return }
      try container.encode(metrics.chosenReward, forKey: .chosenReward)
      try container.encode(metrics.rejectedReward, forKey: .rejectedReward)
      try container.encode(metrics.accuracy, forKey: .accuracy)
      try container.encode(metrics.margin, forKey: .margin)
      try container.encode(metrics.chosenLogProbability, forKey: .chosenLogProbability)
      try container.encode(metrics.rejectedLogProbability, forKey: .rejectedLogProbability)
    }
  }
}
