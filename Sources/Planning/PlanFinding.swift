/// Something about a plan that its user should know before he spends anything.
public struct PlanFinding: Codable, Sendable, Hashable {
  public enum Gravity: String, Codable, Sendable, Hashable {
    /// The run cannot be done like this.
    case refused
    case warning
    case note
  }

  public let gravity: Gravity
  public let text: String

  public init(_ gravity: Gravity, _ text: String) {
    self.gravity = gravity
    self.text = text
  }
}
