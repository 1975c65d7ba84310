import Core

/// What the server was found to understand: begins with all that is useful and loses what the server refuses.
struct ServerDialect: Sendable, Hashable {
  /// What is asked for beyond the bare answer, by the name it has in a request; the first are missed least.
  enum Extra: String, Sendable, Hashable, CaseIterable {
    case tokenIDs = "return_token_ids"
    case logProbabilities = "logprobs"
    /// Several samples a request.
    case several = "n"
    case seed
  }

  private(set) var api: EndpointSettings.API
  private(set) var extras = Set(Extra.allCases)
  /// Newer hosted models know `max_completion_tokens` only.
  private(set) var usesNewTokenLimit = false
  /// Once the server has answered a request, a refusal concerns the next one and not the dialect.
  private var isEstablished = false

  init(api: EndpointSettings.API) { self.api = api }

  /// `auto` begins with the prompt as it is.
  var asksByChat: Bool { api == .chat }
  var path: String { asksByChat ? "/chat/completions" : "/completions" }

  mutating func establish() {
    isEstablished = true
    if api == .auto { api = .completions }
  }

  mutating func lose(_ extra: Extra) { extras.remove(extra) }

  /// Learns from a refusal with `status` and `text`; returns what to tell the user, or nil where there was nothing to
  /// learn.
  mutating func learn(status: Int, text: String) -> String? {
    if api == .auto, !isEstablished, [404, 405, 501].contains(status) || text.contains("chat/completions") {
      api = .chat
      return "has no /completions for this model; asking by /chat/completions, which adds the server's chat template"
    }
    guard [400, 403, 422].contains(status) else { return nil }
    if asksByChat, !usesNewTokenLimit, text.contains("max_completion_tokens") {
      usesNewTokenLimit = true
      return "wants 'max_completion_tokens'"
    }
    let named = Extra.allCases.first { extras.contains($0) && Self.names($0.rawValue, in: text) }
    // Without a name it may be any of them; a 403 without one is about the key.
    let guessed = isEstablished || status == 403 ? nil : Extra.allCases.first(where: extras.contains)
    guard let extra = named ?? guessed else { return nil }
    extras.remove(extra)
    return Self.note(extra)
  }

  static func note(_ extra: Extra) -> String {
    switch extra {
    case .tokenIDs: "gives no token ids; answers are tokenised again for training"
    case .logProbabilities: "gives no log-probabilities"
    case .several: "does not give several answers to one request ('n'); asking once an answer"
    case .seed: "takes no seed; its samples are not reproducible"
    }
  }

  /// Whether a message names a field: as a word of its own, and for `n` in quotation marks or as the last of a path.
  private static func names(_ field: String, in text: String) -> Bool {
    if field.count == 1 { return ["'\(field)'", "\"\(field)\"", "`\(field)`"].contains { text.contains($0) } }
    return text.contains(field)
  }
}
