import Connections
import Core
import Foundation

/// One response's body, of either interface. What it says is data: nothing of it is trusted but its form.
struct CompletionReply: Decodable {
  let choices: [Choice]
  let usage: Usage?

  struct Choice: Decodable {
    let index: Int?
    let text: String?
    let message: Message?
    let finishReason: String?
    let stopReason: StopReason?
    let logprobs: LogProbabilities?
    let tokenIDs: [Int]?

    private enum CodingKeys: String, CodingKey {
      case index, text, message, logprobs
      case finishReason = "finish_reason"
      case stopReason = "stop_reason"
      case tokenIDs = "token_ids"
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      index = try values.decodeIfPresent(Int.self, forKey: .index)
      text = try values.decodeIfPresent(String.self, forKey: .text)
      message = try values.decodeIfPresent(Message.self, forKey: .message)
      finishReason = try values.decodeIfPresent(String.self, forKey: .finishReason)
      // Present and null says that no text of the request's ended the answer.
      if values.contains(.stopReason) {
        stopReason = try values.decodeIfPresent(StopReason.self, forKey: .stopReason) ?? .token
      } else {
        stopReason = nil
      }
      logprobs = try values.decodeIfPresent(LogProbabilities.self, forKey: .logprobs)
      tokenIDs = try values.decodeIfPresent([Int].self, forKey: .tokenIDs)
    }
  }

  struct Message: Decodable {
    let content: String?
  }

  /// vLLM's: the text or the token that ended the answer, or null for the end of the sequence.
  enum StopReason: Decodable, Equatable {
    case text, token

    init(from decoder: any Decoder) throws {
      // Any type but a text stands for a token.
      let text = try? decoder.singleValueContainer().decode(String.self)
      self = text == nil ? .token : .text
    }
  }

  /// `/completions` has a list of numbers, `/chat/completions` and llama.cpp a list of objects.
  struct LogProbabilities: Decodable {
    let tokenLogprobs: [Double?]?
    let content: [Token]?

    struct Token: Decodable {
      let logprob: Double?
    }

    private enum CodingKeys: String, CodingKey {
      case content
      case tokenLogprobs = "token_logprobs"
    }

    var values: [Double?]? { tokenLogprobs ?? content?.map(\.logprob) }
  }

  struct Usage: Decodable {
    let promptTokens: Int
    let completionTokens: Int?

    private enum CodingKeys: String, CodingKey {
      case promptTokens = "prompt_tokens"
      case completionTokens = "completion_tokens"
    }
  }

  /// What a reply is not that should be one.
  struct Malformed: Error {
    let reason: String
  }

  /// The answers by their place among the samples of `query`; fewer than asked for where the server ignores `n`.
  ///
  /// - Throws: `Malformed`.
  func completions(to query: CompletionQuery, key: APIKey?) throws -> [Completion] {
    guard !choices.isEmpty else { throw Malformed(reason: "holds no choice") }
    guard choices.count <= query.samples.count else {
      throw Malformed(reason: "holds \(choices.count) choices where \(query.samples.count) were asked for")
    }
    var answers: [Completion?] = Array(repeating: nil, count: choices.count)
    for (position, choice) in choices.enumerated() {
      let index = choice.index ?? position
      guard answers.indices.contains(index), answers[index] == nil else {
        throw Malformed(reason: "numbers its choices wrongly")
      }
      answers[index] = try completion(choice, query.samples.lowerBound + index, query, key)
    }
    return answers.compactMap { $0 }
  }

  /// - Throws: `Malformed` for counts that cannot be.
  func tokenUsage() throws -> TokenUsage? {
    guard let usage else { return nil }
    let counts = TokenUsage(promptTokens: usage.promptTokens, completionTokens: usage.completionTokens ?? 0)
    guard [counts.promptTokens, counts.completionTokens].allSatisfy({ 0...(1 << 40) ~= $0 }) else {
      throw Malformed(reason: "counts \(usage.promptTokens) tokens")
    }
    return counts
  }

  private func completion(
    _ choice: Choice, _ index: Int, _ query: CompletionQuery, _ key: APIKey?
  ) throws -> Completion {
    guard let text = choice.text ?? choice.message.map({ $0.content ?? "" }) else {
      throw Malformed(reason: "holds a choice without a text")
    }
    if ["abort", "error"].contains(choice.finishReason) { throw Malformed(reason: "was given up by the server") }
    // Some servers leave the text that ended the answer in it.
    let stop = query.parameters.stop.compactMap { text.range(of: $0)?.lowerBound }.min()
    let finish: FinishReason? =
      switch choice.finishReason {
      case _ where stop != nil: .stop
      case "stop", "eos", "eos_token", "stop_sequence": .stop
      case "length", "max_tokens": .length
      default: nil
      }
    // The tokens of the text that ended the answer are no part of it, and cannot be told from the others.
    let hasStopTokens =
      stop != nil || choice.stopReason == .text
      || finish == .stop && choice.stopReason == nil && !query.parameters.stop.isEmpty
    let logProbabilities = choice.logprobs?.values
    let isWhole = logProbabilities?.allSatisfy { $0?.isFinite == true } ?? false
    guard choice.tokenIDs?.allSatisfy({ 0...Int(Int32.max) ~= $0 }) ?? true else {
      throw Malformed(reason: "holds a token id out of range")
    }
    return Completion(
      problemID: query.prompt.problemID, sampleIndex: index, decoding: query.parameters.decoding,
      text: clean(String(text[..<(stop ?? text.endIndex)]), key),
      tokenIDs: hasStopTokens || choice.tokenIDs?.isEmpty == true ? nil : choice.tokenIDs, finishReason: finish,
      tokenCount: choice.tokenIDs?.count ?? logProbabilities?.count
        ?? (choices.count == 1 ? usage?.completionTokens : nil),
      logProbability: isWhole ? logProbabilities?.reduce(0) { $0 + ($1 ?? 0) } : nil)
  }

  private func clean(_ text: String, _ key: APIKey?) -> String { key?.removed(from: text) ?? text }
}
