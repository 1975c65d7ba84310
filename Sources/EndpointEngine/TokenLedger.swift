import Core
import Foundation
import Synchronization

/// What was spent, and what requests under way may still spend. A request is begun only where the budget holds even if
/// it uses all it may, so that the budget is never exceeded by what the server counts.
final class TokenLedger: Sendable {
  private let budget: EndpointSettings.Budget?
  private let price: EndpointSettings.Price?
  private let state: Mutex<State>

  private struct State {
    var spent: TokenUsage
    var reserved = TokenUsage()
  }

  enum Admission {
    case granted
    /// Not while the others are under way; they may use less than they might.
    case later
    case never
  }

  init(_ settings: EndpointSettings, spent: TokenUsage) {
    budget = settings.budget
    price = settings.price
    state = Mutex(State(spent: spent))
  }

  var isLimited: Bool { budget?.tokens != nil || budget?.dollars != nil }

  /// - Parameter most: The most that the request may use.
  func admit(_ most: TokenUsage) -> Admission {
    state.withLock { state in
      if holds(state.spent + state.reserved + most) {
        state.reserved = state.reserved + most
        return .granted
      }
      return state.reserved.total > 0 ? .later : .never
    }
  }

  /// The request that had `most` reserved is over.
  func settle(_ most: TokenUsage, used: TokenUsage) {
    state.withLock { state in
      state.reserved = TokenUsage(
        promptTokens: state.reserved.promptTokens - most.promptTokens,
        completionTokens: state.reserved.completionTokens - most.completionTokens)
      state.spent = state.spent + used
    }
  }

  /// The running total in words: `12,345 tokens, $0.12 of $5.00`.
  var summary: String? {
    let spent = state.withLock { $0.spent }
    guard spent.total > 0 || isLimited else { return nil }
    var parts = ["\(Self.text(spent.total))\(budget?.tokens.map { " of \(Self.text($0))" } ?? "") tokens"]
    if let price {
      parts.append(
        Self.dollars(price.dollars(for: spent)) + (budget?.dollars.map { " of \(Self.dollars($0))" } ?? ""))
    }
    return parts.joined(separator: ", ")
  }

  private func holds(_ usage: TokenUsage) -> Bool {
    if let tokens = budget?.tokens, usage.total > tokens { return false }
    if let dollars = budget?.dollars, let price, price.dollars(for: usage) > dollars { return false }
    return true
  }

  private static func text(_ count: Int) -> String { count.formatted(.number.locale(.init(identifier: "en_US"))) }

  private static func dollars(_ amount: Double) -> String {
    "$" + amount.formatted(.number.precision(.fractionLength(amount < 1 ? 4 : 2)).locale(.init(identifier: "en_US")))
  }
}
