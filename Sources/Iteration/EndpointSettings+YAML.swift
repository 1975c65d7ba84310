import Core
import Foundation

extension EndpointSettings {
  static let keys = [
    "engine", "url", "model", "api", "key_env", "key_file", "concurrency", "timeout_s", "retries", "budget", "price",
    "load_command", "load_timeout_s",
  ]

  /// Reads the section `sampler` of the engine 'endpoint'.
  init(_ section: ConfigurationSection, resolve: (String) -> String) throws {
    self.init(
      url: try Self.url(section),
      model: try section.requiredText("model", "give the name the server has for M_t, as x-M{t}"))
    api = try section.choice("api", API.self) ?? api
    try readKey(section, resolve: resolve)
    let bounds = try section.section("concurrency", keys: ["initial", "max"])
    concurrency.max = try bounds.integer("max", atLeast: 1) ?? concurrency.max
    concurrency.initial = try bounds.integer("initial", atLeast: 1) ?? min(concurrency.initial, concurrency.max)
    guard concurrency.initial <= concurrency.max else {
      throw bounds.invalid("initial", "is above 'max'; give at most \(concurrency.max)")
    }
    timeoutS = try section.integer("timeout_s", atLeast: 1) ?? timeoutS
    retries = try section.integer("retries", atLeast: 0) ?? retries
    try readMoney(section)
    loadCommand = try section.texts("load_command")
    loadTimeoutS = try section.integer("load_timeout_s", atLeast: 1) ?? loadTimeoutS
    guard namesIterations || loadCommand != nil else {
      throw section.invalid(
        "model",
        "is one name for the models of all iterations; put {t} into it, or give a 'load_command' that loads M_t")
    }
  }

  private static func url(_ section: ConfigurationSection) throws -> String {
    let text = try section.requiredText("url", "give the server's address, as http://127.0.0.1:8000/v1")
    do {
      return try EndpointAddress(text).text
    } catch let error as InputError {
      throw section.invalid("url", error.message)
    }
  }

  private mutating func readKey(_ section: ConfigurationSection, resolve: (String) -> String) throws {
    keyEnv = try section.text("key_env")
    keyFile = try section.text("key_file").map(resolve)
    if keyEnv != nil, keyFile != nil { throw section.invalid("key_file", "stands beside 'key_env'; give one of them") }
    let isName = keyEnv?.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil
    if keyEnv != nil, !isName {
      throw section.invalid("key_env", "must be the name of an environment variable, never the key itself")
    }
  }

  private mutating func readMoney(_ section: ConfigurationSection) throws {
    let prices = try section.section("price", keys: ["prompt_per_million", "completion_per_million"])
    if section.contains("price") {
      func price(_ key: String) throws -> Double {
        guard let price = try prices.number(key, .closed(0, 1e9)) else {
          throw prices.missing(key, "give the dollars a million tokens")
        }
        return price
      }
      self.price = Price(
        promptPerMillion: try price("prompt_per_million"), completionPerMillion: try price("completion_per_million"))
    }
    guard section.contains("budget") else { return }
    let limits = try section.section("budget", keys: ["tokens", "dollars"])
    let budget = Budget(
      tokens: try limits.integer("tokens", atLeast: 1), dollars: try limits.number("dollars", .above(0)))
    if budget.dollars != nil, price == nil {
      throw section.missing("price", "a budget in dollars needs what a million tokens cost")
    }
    self.budget = budget
  }
}
