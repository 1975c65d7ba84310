import ArgumentParser
import Core
import Foundation

/// What of a run's server may change while the run goes on.
struct ServerOptions: ParsableArguments {
  @Option(help: "Address of the server, where it has moved.") var endpoint: String?
  @Option(help: "Tokens that the whole run may use on its server; instead of the configuration's.")
  var budgetTokens: Int?
  @Option(help: "Dollars that the whole run may cost on its server; instead of the configuration's.")
  var budgetDollars: Double?

  func validate() throws {
    if let budgetTokens, budgetTokens < 1 {
      throw ValidationError("--budget-tokens is \(budgetTokens); give 1 or more")
    }
    if let budgetDollars, !(budgetDollars > 0) {
      throw ValidationError("--budget-dollars is \(budgetDollars); give more than 0")
    }
  }

  /// - Throws: `InputError` where an option is given and the run has no server.
  func applied(_ sampler: SamplerSettings?, _ run: URL) throws -> SamplerSettings? {
    guard case .endpoint(var settings) = sampler else {
      guard endpoint == nil, budgetTokens == nil, budgetDollars == nil else {
        throw InputError(file: run.path, "asks no server; leave out --endpoint and the budgets")
      }
      return sampler
    }
    if let endpoint { settings.url = try ServerOptions.address(endpoint) }
    if budgetTokens != nil || budgetDollars != nil {
      var budget = settings.budget ?? EndpointSettings.Budget()
      budget.tokens = budgetTokens ?? budget.tokens
      budget.dollars = budgetDollars ?? budget.dollars
      if budget.dollars != nil, settings.price == nil {
        throw InputError(file: run.path, "names no price of a token; give --budget-tokens instead of --budget-dollars")
      }
      settings.budget = budget
    }
    return .endpoint(settings)
  }

  static func address(_ text: String) throws -> String {
    do { return try EndpointAddress(text).text } catch let error as InputError {
      throw InputError("--endpoint \(error.message)")
    }
  }
}
