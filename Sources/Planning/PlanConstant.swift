/// A number that a plan rests on, and where it comes from.
public struct PlanConstant: Codable, Sendable, Hashable {
  public enum Basis: String, Codable, Sendable, Hashable {
    /// By us, with the command that the source names.
    case measured
    /// In the paper or on a model's page.
    case published
    /// By the maker of the hardware.
    case dataSheet = "data_sheet"
    /// By nobody we know of: a guess with its range.
    case assumed
    /// By the user, on the command line or in the file.
    case given
    /// Out of the files at hand.
    case counted
  }

  public let name: String
  public let value: Span
  /// Empty for a share.
  public let unit: String
  public let basis: Basis
  public let source: String

  public init(_ name: String, _ value: Span, _ unit: String, _ basis: Basis, _ source: String) {
    self.name = name
    self.value = value
    self.unit = unit
    self.basis = basis
    self.source = source
  }
}
