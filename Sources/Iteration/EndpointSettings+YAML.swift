import Core
import Foundation

extension EndpointSettings {
  static let keys = [
    "engine", "url", "model", "api", "key_env", "key_file", "concurrency", "timeout_s", "retries", "budget", "price",
    "load_command", "load_timeout_s",
  ]
  /// What someone might call a key that he writes into the file itself.
  private static let secretKeys = ["key", "api_key", "apikey", "token", "password", "secret", "authorization"]

  private enum Engine: String, CaseIterable {
    case native, endpoint
  }

  /// Reads the section `sampler`; nil where it names the embedded engine.
  ///
  /// - Throws: `InputError`, which repeats no value that may be a secret.
  static func read(_ top: ConfigurationSection, resolve: (String) -> String) throws -> EndpointSettings? {
    guard top.contains("sampler") else { return nil }
    let section = try top.section("sampler", keys: keys, secrets: secretKeys)
    guard let engine = try section.choice("engine", Engine.self) else {
      throw section.missing("engine", "give native or endpoint")
    }
    guard engine == .endpoint else {
      for key in keys.dropFirst() where section.contains(key) {
        throw section.invalid(key, "belongs to the engine 'endpoint'; remove it or change 'engine'")
      }
      return nil
    }
    var settings = EndpointSettings(
      url: try url(section), model: try section.requiredText("model", "give the name the server has for M_t, as x-M{t}")
    )
    settings.api = try section.choice("api", API.self) ?? settings.api
    try settings.readKey(section, resolve: resolve)
    let concurrency = try section.section("concurrency", keys: ["initial", "max"])
    settings.concurrency.max = try concurrency.integer("max", atLeast: 1) ?? settings.concurrency.max
    settings.concurrency.initial =
      try concurrency.integer("initial", atLeast: 1) ?? min(settings.concurrency.initial, settings.concurrency.max)
    guard settings.concurrency.initial <= settings.concurrency.max else {
      throw concurrency.invalid("initial", "is above 'max'; give at most \(settings.concurrency.max)")
    }
    settings.timeoutS = try section.integer("timeout_s", atLeast: 1) ?? settings.timeoutS
    settings.retries = try section.integer("retries", atLeast: 0) ?? settings.retries
    try settings.readMoney(section)
    settings.loadCommand = try section.texts("load_command")
    settings.loadTimeoutS = try section.integer("load_timeout_s", atLeast: 1) ?? settings.loadTimeoutS
    guard settings.namesIterations || settings.loadCommand != nil else {
      throw section.invalid(
        "model",
        "is one name for the models of all iterations; put {t} into it, or give a 'load_command' that loads M_t")
    }
    return settings
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
