/// A part of a data set, by the names the field uses.
public enum DataSplit: String, Codable, Sendable, Hashable, CaseIterable {
  case train, validation, test
  /// Examples set aside for prompts.
  case prompts
}
