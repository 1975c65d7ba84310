/// How answers are drawn from a server with OpenAI's interface. Holds no secret, only where one is found.
public struct EndpointSettings: Codable, Sendable, Hashable {
  /// Which of the two ways to ask.
  public enum API: String, Codable, Sendable, Hashable, CaseIterable {
    /// `/completions`: the prompt as it is.
    case completions
    /// `/chat/completions`: the prompt as a user's message, put into the server's own chat template.
    case chat
    /// `/completions` where the server has it, else `/chat/completions`.
    case auto
  }

  /// Requests under way at a time.
  public struct Concurrency: Codable, Sendable, Hashable {
    public var initial: Int
    public var max: Int

    public init(initial: Int = 8, max: Int = 64) {
      self.initial = initial
      self.max = max
    }
  }

  /// What may be used up, over all processes that work on a run; nil is no limit.
  public struct Budget: Codable, Sendable, Hashable {
    /// Of prompts and completions together.
    public var tokens: Int?
    public var dollars: Double?

    public init(tokens: Int? = nil, dollars: Double? = nil) {
      self.tokens = tokens
      self.dollars = dollars
    }
  }

  /// Dollars a million tokens.
  public struct Price: Codable, Sendable, Hashable {
    public var promptPerMillion: Double
    public var completionPerMillion: Double

    public init(promptPerMillion: Double, completionPerMillion: Double) {
      self.promptPerMillion = promptPerMillion
      self.completionPerMillion = completionPerMillion
    }

    public func dollars(for usage: TokenUsage) -> Double {
      (Double(usage.promptTokens) * promptPerMillion + Double(usage.completionTokens) * completionPerMillion) / 1e6
    }
  }

  /// The address up to and with `/v1`.
  public var url: String
  /// The name under which the server has the model; `{t}` stands for the iteration.
  public var model: String
  public var api: API
  /// The environment variable that holds the key.
  public var keyEnv: String?
  /// The file that holds the key, readable by its owner only.
  public var keyFile: String?
  public var concurrency: Concurrency
  /// Seconds for one request, the answer included.
  public var timeoutS: Int
  /// Tries after the first one of a request.
  public var retries: Int
  public var budget: Budget?
  public var price: Price?
  /// Makes the server load a checkpoint: a program and its arguments, with `{checkpoint}`, `{model}` and `{t}` in them.
  public var loadCommand: [String]?
  /// Seconds until the server must list the model.
  public var loadTimeoutS: Int
  /// The server's version as it reported it when the run was created; nil where it reports none.
  public var serverVersion: String?

  public init(
    url: String, model: String, api: API = .auto, keyEnv: String? = nil, keyFile: String? = nil,
    concurrency: Concurrency = Concurrency(), timeoutS: Int = 600, retries: Int = 10, budget: Budget? = nil,
    price: Price? = nil, loadCommand: [String]? = nil, loadTimeoutS: Int = 600
  ) {
    self.url = url
    self.model = model
    self.api = api
    self.keyEnv = keyEnv
    self.keyFile = keyFile
    self.concurrency = concurrency
    self.timeoutS = timeoutS
    self.retries = retries
    self.budget = budget
    self.price = price
    self.loadCommand = loadCommand
    self.loadTimeoutS = loadTimeoutS
  }

  /// The name of M_t.
  public func modelName(iteration: Int) -> String { model.replacing("{t}", with: "\(iteration)") }

  /// Whether every iteration has a name of its own.
  public var namesIterations: Bool { model.contains("{t}") }
}
