/// Which part of the data a problem belongs to.
public enum Split: String, Codable, Sendable, Hashable, CaseIterable {
  case train, test
  case outOfDistribution = "ood"
}
