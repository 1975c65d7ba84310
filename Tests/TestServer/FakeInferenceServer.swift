import Foundation
import Synchronization

/// A server with OpenAI's interface and no model: its answers are a function of model, prompt and seed, and it fails as
/// it is told to.
public final class FakeInferenceServer: Sendable {
  public struct Behaviour: Sendable {
    /// What `/v1/models` lists; nil where there is no such list.
    public var models: [String]? = ["model"]
    public var key: String?
    public var version: String? = "0.0-fake"
    public var hasCompletions = true
    public var hasChat = true
    /// Whether `n` is honoured; where not, it is ignored in silence, as `transformers serve` does.
    public var givesSeveral = true
    /// Fields of a request that are refused by name with status 422.
    public var refusedFields: Set<String> = []
    /// The message of such a refusal; `%` stands for the field.
    public var refusal = "unknown field '%'"
    public var givesLogProbabilities = true
    public var givesTokenIDs = true
    public var givesUsage = true
    /// Whether the text that ends an answer is cut off.
    public var removesStop = true
    /// Before every answer.
    public var wait: Duration = .zero
    /// More requests at a time are refused with 429.
    public var capacity: Int?
    /// What happens to the completion request of a number, counted from 0, in place of an answer.
    public var fault: @Sendable (Int) -> Fault? = { _ in nil }
    public var answer: @Sendable (_ question: Question) -> String = { FakeInferenceServer.words($0) }

    public init() {}
  }

  public enum Fault: Sendable {
    case status(Int, retryAfter: String? = nil, body: String = "")
    /// The connection ends without an answer.
    case hangUp
    /// The connection ends within the answer.
    case cutBody
    /// Status 200 with this for a body.
    case body(String)
    /// The answer comes in pieces, each after a wait.
    case slow(Duration)
    /// No answer at all.
    case silence
  }

  public struct Question: Sendable, Hashable {
    public let model: String
    public let prompt: String
    /// nil where none is given or it does not count, at temperature 0.
    public let seed: Int?

    public init(model: String, prompt: String, seed: Int?) {
      self.model = model
      self.prompt = prompt
      self.seed = seed
    }
  }

  private struct State {
    var behaviour: Behaviour
    var requests = 0
    var underWay = 0
    var mostUnderWay = 0
    var answered: [Question: Int] = [:]
    var paths: [String: Int] = [:]
  }

  private let state: StateBox
  private let server: WebServer

  private final class StateBox: Sendable {
    let state: Mutex<State>
    init(_ behaviour: Behaviour) { state = Mutex(State(behaviour: behaviour)) }
  }

  public init(port: Int = 0, _ behaviour: Behaviour = Behaviour()) throws {
    let state = StateBox(behaviour)
    self.state = state
    server = try WebServer(port: port) { Self.reply(to: $0, state) }
  }

  public var port: Int { server.port }
  public var url: String { server.url("/v1") }
  /// Requests for completions so far, refused ones too.
  public var requests: Int { state.state.withLock { $0.requests } }
  /// The most requests for completions that were under way together.
  public var mostUnderWay: Int { state.state.withLock { $0.mostUnderWay } }
  /// How often each question was answered wholly.
  public var answered: [Question: Int] { state.state.withLock { $0.answered } }
  /// How often each path was asked for.
  public var paths: [String: Int] { state.state.withLock { $0.paths } }

  public func change(_ change: (inout Behaviour) -> Void) { state.state.withLock { change(&$0.behaviour) } }

  // MARK: - Replies

  private static func reply(to request: WebServer.Request, _ box: StateBox) -> WebServer.Reply {
    let behaviour = box.state.withLock { state in
      state.paths[request.path, default: 0] += 1
      return state.behaviour
    }
    if let key = behaviour.key, request.authorization != "Bearer \(key)" {
      return error(401, "invalid key; you sent \(request.authorization ?? "none")")
    }
    switch request.path {
    case "/v1/models":
      guard let models = behaviour.models else { return error(404, "Not Found") }
      return json(["object": "list", "data": models.map { ["id": $0, "object": "model"] }])
    case "/version":
      guard let version = behaviour.version else { return error(404, "Not Found") }
      return json(["version": version])
    case "/v1/completions" where behaviour.hasCompletions, "/v1/chat/completions" where behaviour.hasChat:
      return completion(request, behaviour, box)
    default: return error(404, "Not Found")
    }
  }

  private static func completion(
    _ request: WebServer.Request, _ behaviour: Behaviour, _ box: StateBox
  ) -> WebServer.Reply {
    guard let body = (try? JSONSerialization.jsonObject(with: request.body)) as? [String: Any],
      let model = body["model"] as? String,
      let prompt = body["prompt"] as? String
        ?? (body["messages"] as? [[String: Any]])?.last?["content"] as? String
    else { return error(400, "a field is missing") }
    let (number, underWay) = box.state.withLock { state in
      defer { state.requests += 1 }
      state.underWay += 1
      state.mostUnderWay = max(state.mostUnderWay, state.underWay)
      return (state.requests, state.underWay)
    }
    var reply = answer(body, model, prompt, request.path, number: number, underWay: underWay, behaviour, box)
    if behaviour.wait > .zero {
      reply = WebServer.Reply([(behaviour.wait, Data())] + reply.pieces, closes: reply.closes)
    }
    reply.ended = { box.state.withLock { $0.underWay -= 1 } }
    return reply
  }

  private static func answer(
    _ body: [String: Any], _ model: String, _ prompt: String, _ path: String, number: Int, underWay: Int,
    _ behaviour: Behaviour, _ box: StateBox
  ) -> WebServer.Reply {
    if let models = behaviour.models, !models.isEmpty, !models.contains(model) {
      return error(404, "The model does not exist.")
    }
    if let field = behaviour.refusedFields.sorted().first(where: { body[$0] != nil }) {
      return error(422, behaviour.refusal.replacing("%", with: field))
    }
    if let capacity = behaviour.capacity, underWay > capacity { return error(429, "too many requests") }
    let fault = behaviour.fault(number)
    switch fault {
    case .status(let status, let retryAfter, let body):
      return .http(status, headers: retryAfter.map { [("Retry-After", $0)] } ?? [], body: Data(body.utf8))
    case .hangUp: return WebServer.Reply([], closes: true)
    case .body(let text): return .http(200, body: Data(text.utf8))
    case .silence: return WebServer.Reply([(.seconds(3600), Data())])
    case .cutBody, .slow, nil: break
    }
    let questions = questions(body, model, prompt, several: behaviour.givesSeveral)
    let answer = json(response(to: questions, body, behaviour, isChat: path.hasSuffix("/chat/completions")))
    guard let bytes = answer.pieces.first?.bytes else { return answer }
    switch fault {
    case .cutBody: return WebServer.Reply(bytes.dropLast(bytes.count / 3), closes: true)
    case .slow(let wait):
      let part = max(1, bytes.count / 8)
      return WebServer.Reply(
        stride(from: 0, to: bytes.count, by: part).map { (wait, Data(bytes[$0..<min($0 + part, bytes.count)])) })
    default:
      box.state.withLock { state in for question in questions { state.answered[question, default: 0] += 1 } }
      return answer
    }
  }

  private static func questions(
    _ body: [String: Any], _ model: String, _ prompt: String, several: Bool
  ) -> [Question] {
    let isGreedy = (body["temperature"] as? Double) == 0
    let seed = isGreedy ? nil : body["seed"] as? Int
    return (0..<(several ? body["n"] as? Int ?? 1 : 1)).map { child in
      Question(model: model, prompt: prompt, seed: seed.map { $0 + child })
    }
  }

  private static func response(
    to questions: [Question], _ body: [String: Any], _ behaviour: Behaviour, isChat: Bool
  ) -> [String: Any] {
    let limit = body["max_tokens"] as? Int ?? body["max_completion_tokens"] as? Int ?? 16
    let stops = body["stop"] as? [String] ?? []
    var completionTokens = 0
    let choices = questions.enumerated().map { index, question -> [String: Any] in
      let tokens = behaviour.answer(question).split(separator: " ", omittingEmptySubsequences: false)
      let kept = tokens.prefix(limit)
      completionTokens += kept.count
      var text = kept.joined(separator: " ")
      let stop = stops.compactMap { stop in text.range(of: stop).map { (stop, $0.lowerBound) } }
        .min { $0.1 < $1.1 }
      if let stop, behaviour.removesStop { text = String(text[..<stop.1]) }
      var choice: [String: Any] = [
        "index": index, "finish_reason": stop == nil && tokens.count > limit ? "length" : "stop",
        "stop_reason": stop.map(\.0) ?? NSNull(),
      ]
      if isChat { choice["message"] = ["role": "assistant", "content": text] } else { choice["text"] = text }
      let values = kept.map { -0.125 - Double($0.utf8.count % 8) / 8 }
      if behaviour.givesLogProbabilities, body["logprobs"] != nil {
        choice["logprobs"] =
          isChat ? ["content": values.map { ["token": "x", "logprob": $0] }] : ["token_logprobs": values]
      }
      if behaviour.givesTokenIDs, body["return_token_ids"] as? Bool == true {
        choice["token_ids"] = kept.map { Int(hash("\($0)") % 32_000) }
      }
      return choice
    }
    var response: [String: Any] = ["object": "text_completion", "choices": choices]
    if behaviour.givesUsage, let question = questions.first {
      response["usage"] = [
        "prompt_tokens": question.prompt.split(separator: " ").count, "completion_tokens": completionTokens,
      ]
    }
    return response
  }

  /// Up to twelve words.
  public static func words(_ question: Question) -> String {
    let bits = bits(of: question)
    return (0...(bits >> 8) % 12).map { "w\((bits >> ($0 + 16)) % 100)" }.joined(separator: " ")
  }

  /// Right for about half of the samples of a question that is among `problems`, wrong otherwise.
  public static func answer(_ question: Question, from problems: [(question: String, reference: String)]) -> String {
    let bits = bits(of: question)
    let reference = problems.first { question.prompt.contains($0.question) }?.reference
    let end = bits >> 20 & 1 == 0 ? reference : nil
    return " This is way \(bits % 7) .\n\(end ?? "#### \(bits >> 24 & 0xff)")"
  }

  /// Bits that depend on model, prompt and seed alone.
  public static func bits(of question: Question) -> UInt64 {
    hash("\(question.model) \(question.prompt) \(question.seed.map(String.init) ?? "greedy")")
  }

  /// FNV-1a, its high bits folded down: the same in every process.
  private static func hash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    hash = (hash ^ (hash >> 32)) &* 0x9e37_79b9_7f4a_7c15
    return hash ^ (hash >> 29)
  }

  private static func json(_ value: [String: Any]) -> WebServer.Reply {
    // What is built above is always JSON.
    .http(
      200, headers: [("Content-Type", "application/json")],
      body: (try? JSONSerialization.data(withJSONObject: value, options: .sortedKeys)) ?? Data())
  }

  private static func error(_ status: Int, _ message: String) -> WebServer.Reply {
    let body = try? JSONSerialization.data(withJSONObject: ["error": ["message": message]])
    return .http(status, body: body ?? Data())
  }
}
