extension AuditResult {
  /// The paper's own measures, a column an iteration: what the terminal and every format of the report show first.
  public var mainTable: AuditTable {
    var table = table("measure", page: "measures")
    table.add("pass@1, greedy", .share) { t in passAt1.first { $0.iteration == t }?.accuracy }
    table.add("  change from M_1", .shareChange) { t in passAt1.first { $0.iteration == t }?.delta }
    for (name, entries) in [("pass", passAtK), ("majority", majorityAtK)] {
      for k in Set(entries.map(\.k)).sorted() {
        table.add("\(name)@\(k), sampled", .share) { t in entries.first { $0.iteration == t && $0.k == k }?.estimate }
      }
    }
    addDiversity(to: &table)
    Self.addGroups(groups, groupDisparity, prefix: "", to: &table)
    addImprovementSets(to: &table)
    Self.addFailures(verdictCounts, prefix: "", to: &table)
    if let other = outOfDistribution {
      table.add("OOD pass@1, greedy", .share) { t in other.passAt1.first { $0.iteration == t }?.accuracy }
      table.add("  change from M_1", .shareChange) { t in other.passAt1.first { $0.iteration == t }?.delta }
      Self.addGroups(other.groups, other.groupDisparity, prefix: "OOD ", to: &table)
      Self.addFailures(other.verdictCounts, prefix: "OOD ", to: &table)
    }
    return table
  }

  private func addDiversity(to table: inout AuditTable) {
    for stratum in Stratum.allCases {
      func entry(_ t: Int) -> Diversity? { diversity.first { $0.iteration == t && $0.stratum == stratum } }
      table.add("distinct-n, \(stratum.rawValue)", .index) { entry($0)?.distinctN }
      table.add("  expectation-adjusted", .index) { entry($0)?.expectationAdjustedDistinctN }
      table.add("semantic, \(stratum.rawValue)", .index) { entry($0)?.semantic }
      table.add("distinct equations, \(stratum.rawValue)", .index) { entry($0)?.distinctEquations }
    }
  }

  private static func addGroups(
    _ groups: [Group], _ disparity: [GroupDisparity], prefix: String, to table: inout AuditTable
  ) {
    for name in groups.filter({ $0.iteration == groups.first?.iteration }).map(\.group) {
      table.add("\(prefix)\(name)", .share) { t in groups.first { $0.iteration == t && $0.group == name }?.accuracy }
    }
    table.add("\(prefix)group disparity", .share) { t in disparity.first { $0.iteration == t }?.estimate }
  }

  private func addImprovementSets(to table: inout AuditTable) {
    for (label, count) in [("improved questions", \ImprovementSet.size), ("lost questions", \.lostSize)] {
      table.add(label, .count) { t in
        improvementSet.first { $0.iteration == t }.map { .text(String($0[keyPath: count])) } ?? .undefined
      }
    }
    for (label, curve) in [
      ("on improved questions", \ImprovementSet.firstIterationPassAtK), ("where neither solves", \.controlPassAtK),
    ] {
      for k in Set(improvementSet.flatMap { $0[keyPath: curve].map(\.k) }).sorted() {
        table.add("M_1's pass@\(k) \(label)", .share) { t in
          improvementSet.first { $0.iteration == t }?[keyPath: curve].first { $0.k == k }?.estimate
        }
      }
    }
  }

  private static func addFailures(_ counts: [VerdictCounts]?, prefix: String, to table: inout AuditTable) {
    for decoding in [Decoding.greedy, .sampled] {
      table.add("\(prefix)unparsed, timeout, error: \(decoding.rawValue)", .count) { t in
        counts?.first { $0.iteration == t && $0.decoding == decoding }.map {
          .text("\($0.unparsed), \($0.timeout), \($0.error) of \($0.total)")
        } ?? .undefined
      }
    }
  }
}
