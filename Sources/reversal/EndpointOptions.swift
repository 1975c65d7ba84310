import ArgumentParser
import Core

/// A server that answers in place of a model folder.
struct EndpointOptions: ParsableArguments {
  @Option(help: "Address of a server with OpenAI's interface, up to and with /v1.") var endpoint: String?
  @Option(help: "How to ask: completions, chat or auto. Chat puts the prompt into the server's chat template.")
  var api: EndpointSettings.API = .auto
  @Option(help: "Environment variable that holds the server's key.") var keyEnv: String?
  @Option(help: "File of mode 0600 that holds the server's key.", completion: .file()) var keyFile: String?
  @Option(help: "Requests under way at a time, at most; fewer where the server is slow.") var concurrency = 64
  @Option(help: "Seconds for one request.") var timeout = 600
  @Option(help: "Tries after the first one of a request.") var retries = 10
  @Option(help: "Tokens that prompts and answers may come to.") var budgetTokens: Int?

  func validate() throws {
    func require(_ holds: Bool, _ message: String) throws { if !holds { throw ValidationError(message) } }
    try require(concurrency >= 1, "--concurrency is \(concurrency); give 1 or more")
    try require(timeout >= 1, "--timeout is \(timeout); give 1 or more")
    try require(retries >= 0, "--retries is \(retries); give 0 or more")
    try require((budgetTokens ?? 1) >= 1, "--budget-tokens is \(budgetTokens ?? 0); give 1 or more")
    try require(keyEnv == nil || keyFile == nil, "--key-env and --key-file are both given; give one of them")
    try require(
      keyEnv?.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil || keyEnv == nil,
      "--key-env must be the name of an environment variable, never the key itself")
    try require(
      endpoint != nil || keyEnv == nil && keyFile == nil && budgetTokens == nil,
      "a key or a budget is for a server; give --endpoint")
  }

  /// The settings for `model`; nil where no server is named.
  func settings(model: String) throws -> EndpointSettings? {
    guard let endpoint else { return nil }
    return EndpointSettings(
      url: try ServerOptions.address(endpoint), model: model, api: api, keyEnv: keyEnv, keyFile: keyFile,
      concurrency: .init(initial: min(8, concurrency), max: concurrency), timeoutS: timeout, retries: retries,
      budget: budgetTokens.map { .init(tokens: $0) })
  }
}

extension EndpointSettings.API: ExpressibleByArgument {}
