import Core
import Foundation
import Randomness

/// One request's body: some samples of one prompt, with neighbouring indices.
struct CompletionQuery: Encodable {
  let model: String
  let prompt: Prompt
  let samples: Range<Int>
  let parameters: SamplingParameters
  let dialect: ServerDialect

  private enum CodingKeys: String, CodingKey {
    case model, prompt, messages, n, seed, temperature, stop, logprobs
    case maxTokens = "max_tokens"
    case maxCompletionTokens = "max_completion_tokens"
    case topP = "top_p"
    case returnTokenIDs = "return_token_ids"
  }

  private struct Message: Encodable {
    let role: String
    let content: String
  }

  func encode(to encoder: any Encoder) throws {
    var body = encoder.container(keyedBy: CodingKeys.self)
    try body.encode(model, forKey: .model)
    if dialect.asksByChat {
      try body.encode([Message(role: "user", content: prompt.text)], forKey: .messages)
    } else {
      try body.encode(prompt.text, forKey: .prompt)
    }
    try body.encode(
      parameters.maxTokens, forKey: dialect.usesNewTokenLimit ? .maxCompletionTokens : .maxTokens)
    let isGreedy = parameters.decoding == .greedy
    try body.encode(isGreedy ? 0 : parameters.temperature, forKey: .temperature)
    if !isGreedy { try body.encode(parameters.topP, forKey: .topP) }
    if !parameters.stop.isEmpty { try body.encode(parameters.stop, forKey: .stop) }
    if samples.count > 1 { try body.encode(samples.count, forKey: .n) }
    if !isGreedy, dialect.extras.contains(.seed) { try body.encode(seed, forKey: .seed) }
    if dialect.extras.contains(.logProbabilities) {
      // Those of the chosen tokens are wanted; the number is of alternatives, and some servers take 0 for no.
      if dialect.asksByChat { try body.encode(true, forKey: .logprobs) } else { try body.encode(1, forKey: .logprobs) }
    }
    if dialect.extras.contains(.tokenIDs) { try body.encode(true, forKey: .returnTokenIDs) }
  }

  /// The seed of the first sample; the next sample's is one more, which is also how vLLM seeds the samples of a request
  /// with `n`. So sample j has the same seed in whatever request it is asked for. Below 2^31, which every server takes.
  var seed: Int { Self.seed(of: samples.lowerBound, prompt.problemID, parameters.seed) }

  static func seed(of sample: Int, _ problem: ProblemID, _ seed: UInt64) -> Int {
    var stream = RandomStream(seed: seed, "sample", problem.rawValue)
    return Int(stream.next() >> 34) + sample
  }

  /// The most a request may use: no tokenizer makes more tokens than bytes, and a template adds some.
  var mostTokens: TokenUsage {
    TokenUsage(
      promptTokens: prompt.text.utf8.count + 64, completionTokens: samples.count * parameters.maxTokens)
  }

  /// No honest answer is longer: log-probabilities are the longest part of it, a few hundred bytes a token.
  var responseByteLimit: Int { min(512 << 20, (1 << 20) + samples.count * parameters.maxTokens * 2_048) }
}
