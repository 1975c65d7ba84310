import Connections
import Core
import Foundation
import NIOCore
import NIOFoundationCompat
import Randomness
import Synchronization

/// What requests come to on one server: answers, or why there are none and what follows from it.
final class EndpointClient: Sendable {
  /// One try of a request.
  enum Outcome: Sendable {
    case reply(completions: [Completion], usage: TokenUsage?, seconds: Double)
    /// The server does not understand the request as it is put.
    case rejected(status: Int, text: String)
    /// It may succeed another time.
    case transient(reason: String, asked: Duration?, isOverload: Bool)
    case permanent(EndpointError)
  }

  let settings: EndpointSettings
  let clock: RequestClock
  private let key: APIKey?
  let transport: HTTPTransport
  private let notify: @Sendable (String) -> Void
  private let dialectState: Mutex<ServerDialect>
  private let said = Mutex<Set<String>>([])

  init(
    _ settings: EndpointSettings, key: APIKey?, clock: RequestClock, notify: @escaping @Sendable (String) -> Void
  ) throws {
    let address = try EndpointAddress(settings.url)
    try key?.refuseOpenWay(to: address)
    self.settings = settings
    self.key = key
    self.clock = clock
    self.notify = notify
    transport = HTTPTransport(
      key: key, timeoutSeconds: settings.timeoutS, connections: settings.concurrency.max)
    dialectState = Mutex(ServerDialect(api: settings.api))
  }

  var dialect: ServerDialect { dialectState.withLock { $0 } }

  /// Tries once.
  func ask(_ query: CompletionQuery) async throws -> Outcome {
    let start = ContinuousClock.now
    let response: HTTPTransport.Response
    do {
      response = try await transport.post(
        settings.url + query.dialect.path, json: try JSONEncoder().encode(query), byteLimit: query.responseByteLimit)
    } catch let failure as HTTPTransport.Failure {
      return Self.outcome(of: failure)
    }
    guard response.status == 200 else { return outcome(of: response, question: query.prompt.problemID) }
    do {
      let reply = try JSONDecoder().decode(CompletionReply.self, from: Data(buffer: response.body))
      let completions = try reply.completions(to: query, key: key)
      let usage = try reply.tokenUsage()
      dialectState.withLock {
        $0.establish()
        if query.samples.count > completions.count { $0.lose(.several) }
      }
      if query.samples.count > completions.count { sayOnce(ServerDialect.note(.several)) }
      return .reply(completions: completions, usage: usage, seconds: (ContinuousClock.now - start) / .seconds(1))
    } catch let error as CompletionReply.Malformed {
      return .transient(reason: "its answer \(error.reason)", asked: nil, isOverload: false)
    } catch {
      return .transient(reason: "its answer is no JSON of a completion", asked: nil, isOverload: false)
    }
  }

  /// Whether a refusal taught something, so that the same question put otherwise may be answered.
  func learn(from query: CompletionQuery, status: Int, text: String) -> Bool {
    let (note, hasChanged) = dialectState.withLock { dialect -> (String?, Bool) in
      // Another request was refused for the same before, and the lesson is learnt.
      guard dialect.asksByChat == query.dialect.asksByChat, dialect.extras == query.dialect.extras,
        dialect.usesNewTokenLimit == query.dialect.usesNewTokenLimit
      else { return (nil, true) }
      let note = dialect.learn(status: status, text: text)
      return (note, note != nil)
    }
    if let note { sayOnce(note) }
    return hasChanged
  }

  func sayOnce(_ note: String) {
    if said.withLock({ $0.insert(note).inserted }) { notify("\(settings.url) \(note)") }
  }

  /// The refusal that nothing could be learnt from.
  func refusal(_ status: Int, _ text: String, question: ProblemID) -> EndpointError {
    let detail = "\(status)\(text.isEmpty ? "" : ": \(text.visible(limit: 300))")"
    let message =
      switch status {
      case 401, 403:
        key == nil
          ? "wants a key (\(detail)); name where it is by key_env or key_file"
          : "refuses the key (\(detail)); put a valid one where key_env or key_file points"
      case 402: "wants to be paid (\(detail)); see to the account, then go on"
      case 404, 405, 501:
        "has no \(dialect.path) for this model (\(detail)); correct the address, which mostly ends in /v1, the model's "
          + "name, or 'api'"
      case 300..<400: "leads elsewhere (\(status)); give the address it leads to"
      default:
        "refuses the request for '\("\(question)".visible(limit: 60))' (\(detail)); change what it refuses, then go on"
      }
    return EndpointError(.refused, address: settings.url, message)
  }

  /// The names in the server's list, or nil where it has none: `transformers serve` loads what it is asked for, and lists
  /// nothing of it.
  ///
  /// - Throws: `EndpointError` where it refuses the key, or does not answer.
  func modelNames(tries: Int? = nil) async throws -> [String]? {
    struct Listing: Decodable {
      struct Model: Decodable { let id: String }
      let data: [Model]
    }
    var backoff = Backoff(RandomStream(seed: 0, "models"))
    let tries = tries ?? settings.retries + 1
    for attempt in 1... {
      let outcome: Outcome
      do {
        let response = try await transport.get(settings.url + "/models", byteLimit: 16 << 20)
        if response.status == 200 {
          // What is no list of models may be one the next time.
          if let listing = try? JSONDecoder().decode(Listing.self, from: Data(buffer: response.body)) {
            guard listing.data.isEmpty else { return listing.data.map(\.id) }
            sayOnce("lists no models; whether it serves the right one is not checked")
            return nil
          }
          outcome = .transient(reason: "its list of models is no JSON of one", asked: nil, isOverload: false)
        } else if [404, 405, 501].contains(response.status) {
          sayOnce("has no list of models; whether it serves the right one is not checked")
          return nil
        } else {
          outcome = self.outcome(of: response, question: "models")
        }
      } catch let failure as HTTPTransport.Failure {
        outcome = Self.outcome(of: failure)
      }
      switch outcome {
      case .transient(let reason, let asked, _):
        guard attempt < tries else { throw failure(reason, tries: attempt) }
        try await clock.sleep(backoff.next(asked: asked))
      case .rejected(let status, let text): throw refusal(status, text, question: "models")
      case .permanent(let error): throw error
      case .reply: return nil
      }
    }
    return nil
  }

  func failure(_ reason: String, tries: Int) -> EndpointError {
    EndpointError(
      .failed, address: settings.url,
      "\(reason), \(tries == 1 ? "once" : "\(tries) times"); what is answered is kept, see to the server and go on")
  }

  private func outcome(of response: HTTPTransport.Response, question: ProblemID) -> Outcome {
    let text = message(in: response)
    switch response.status {
    case 400, 403, 404, 405, 422, 501: return .rejected(status: response.status, text: text)
    case 408, 409, 425, 429, 500...:
      return .transient(
        reason: "answers with status \(response.status)\(text.isEmpty ? "" : " (\(text.visible(limit: 300)))")",
        asked: response.retryAfter,
        isOverload: [408, 429, 503, 504, 529].contains(response.status))
    default: return .permanent(refusal(response.status, text, question: question))
    }
  }

  private static func outcome(of failure: HTTPTransport.Failure) -> Outcome {
    let isOverload = if case .timeout = failure { true } else { false }
    return .transient(reason: "\(failure)", asked: nil, isOverload: isOverload)
  }

  /// What the server says of a failure, as one short line without the key.
  private func message(in response: HTTPTransport.Response) -> String {
    struct Reason: Decodable {
      struct Inner: Decodable { let message: String? }
      let error: Inner?
      let message: String?
    }
    let body = String(buffer: response.body)
    // A server may say it in any form; unknown ones are shown as they are.
    let reason = try? JSONDecoder().decode(Reason.self, from: Data(buffer: response.body))
    let text = reason?.error?.message ?? reason?.message ?? body
    return transport.visible(text)
  }
}
