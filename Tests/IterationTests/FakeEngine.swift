import Core
import Foundation
import Iteration
import RunStore
import Synchronization

/// Ends the process as far as the loop can tell.
struct Killed: Error {}

/// A deterministic sampler and trainer. A model is a text file whose content depends on everything it was trained with;
/// an answer depends on the model, the prompt, the seed and the sample's index, and never on the rest of the call.
final class FakeEngine: Sampler, Trainer {
  struct Training: Hashable {
    let start: Int
    let reference: Int
    let rows: String
    let output: String
  }

  /// The call, counted from 1 over sampling and training, that fails.
  let failingCall: Int?
  /// Percent of the answers that are right.
  let skill: UInt64
  /// Stands for a machine that rounds in its own way: models of another salt are others.
  let salt: String
  /// What every answer costs.
  let usage: TokenUsage?
  private let state = Mutex<(calls: Int, trainings: [Training], sampled: [String])>((0, [], []))

  init(failingCall: Int? = nil, skill: UInt64 = 50, salt: String = "", usage: TokenUsage? = nil) {
    self.failingCall = failingCall
    self.usage = usage
    self.skill = skill
    self.salt = salt
  }

  var calls: Int { state.withLock { $0.calls } }
  var trainings: [Training] { state.withLock { $0.trainings } }
  /// `iteration decoding prompt index` of every answer drawn.
  var sampled: [String] { state.withLock { $0.sampled } }

  func sample(
    from checkpoint: Checkpoint, requests: [SampleRequest], parameters: SamplingParameters,
    progress: @escaping ProgressHandler, finished: @escaping AnswerHandler
  ) async throws -> [Completion] {
    let call = state.withLock {
      $0.calls += 1
      return $0.calls
    }
    let weights = try String(contentsOf: checkpoint.folder.appendingPathComponent("weights"), encoding: .utf8)
    let answers = requests.flatMap { request in
      request.sampleIndices.map { index in
        let seed = parameters.decoding == .greedy ? 0 : parameters.seed
        let bits = hash("\(weights) \(request.prompt.text) \(seed) \(parameters.decoding) \(index)")
        return completion(request.prompt, index, parameters.decoding, bits)
      }
    }
    progress(StageProgress(completed: requests.count, total: requests.count, unit: "prompts"))
    // In no order, as a server's answers come; the call that fails is half done by then.
    let order = answers.sorted { hash("\($0.problemID) \($0.sampleIndex)") < hash("\($1.problemID) \($1.sampleIndex)") }
    for answer in call == failingCall ? order.prefix(order.count / 2) : order[...] {
      try await finished(FinishedAnswers([answer], usage: usage))
      state.withLock {
        $0.sampled.append(
          "\(checkpoint.iteration) \(answer.decoding.rawValue) \(answer.problemID) \(answer.sampleIndex)")
      }
    }
    if call == failingCall { throw Killed() }
    return answers
  }

  func train(
    _ rows: TrainingSet, from checkpoint: Checkpoint, reference: Checkpoint, settings: TrainingSettings, to output: URL,
    progress: @escaping ProgressHandler
  ) async throws -> TrainingSummary {
    let call = state.withLock {
      $0.calls += 1
      return $0.calls
    }
    func weights(_ checkpoint: Checkpoint) throws -> String {
      try String(contentsOf: checkpoint.folder.appendingPathComponent("weights"), encoding: .utf8)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let content =
      try weights(checkpoint) + weights(reference) + String(decoding: encoder.encode(rows), as: UTF8.self)
      + String(decoding: encoder.encode(settings), as: UTF8.self) + salt
    try FileManager.default.createDirectory(at: output, withIntermediateDirectories: false)
    try "\(hash(content))".write(to: output.appendingPathComponent("weights"), atomically: true, encoding: .utf8)
    // Killed between the folder and its mark in the database.
    if call == failingCall { throw Killed() }
    let kind =
      switch rows {
      case .supervised: "supervised"
      case .preference: "preference"
      }
    state.withLock {
      $0.trainings.append(
        Training(
          start: checkpoint.iteration, reference: reference.iteration, rows: kind, output: output.lastPathComponent))
    }
    for step in stride(from: 1, through: rows.count, by: 1) {
      progress(
        StageProgress(completed: step, total: rows.count, unit: "steps", note: "loss 1.00", loss: 1 / Double(step)))
    }
    return TrainingSummary(steps: rows.count, tokens: 10 * rows.count, initialLoss: 2, finalLoss: 1)
  }

  private func completion(_ prompt: Prompt, _ index: Int, _ decoding: Decoding, _ bits: UInt64) -> Completion {
    let way = bits / 100 % 7
    let result = bits % 100 < skill ? FakeVerifier.answer(to: prompt.problemID) : "wrong"
    return Completion(
      problemID: prompt.problemID, sampleIndex: index, decoding: decoding, text: "way \(way): \(result)",
      tokenIDs: [Int(way), Int(bits % 1000)], finishReason: .stop, tokenCount: 2, logProbability: -Double(way))
  }
}

/// FNV-1a: the same in every process, unlike Swift's own hashing.
private func hash(_ text: String) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  // The low bits of FNV are poor.
  return hash ^ (hash >> 29)
}

struct FakeVerifier: Verifier {
  static func answer(to problem: ProblemID) -> String { "answer-\(problem)" }

  func judge(completion: String, problem: Problem) async -> Verdict {
    completion.hasSuffix(Self.answer(to: problem.id))
      ? Verdict(.correct, extracted: Self.answer(to: problem.id)) : Verdict(.incorrect, extracted: "wrong")
  }
}

extension TaskBinding {
  static let fake = TaskBinding(
    name: "fake", version: 1, prompt: { "Q: \($0)\nA:" }, goldCompletion: { " gold \($0.reference)" },
    verifier: FakeVerifier(), stop: ["\nQ:"])
}
