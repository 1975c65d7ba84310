extension AuditResult {
  /// The controls, and what depends on the training rows.
  var controlTables: [AuditTable] {
    [matchedTable, improvementTable, guessingTable, contaminationTable].filter { !$0.rows.isEmpty }
  }

  private var matchedTable: AuditTable {
    var table = table("Diversity on the same questions, change from M_1", page: "controls")
    let titles = [
      ("distinct_n", "distinct-n"), ("distinct_n_equal_length", "  at equal length"),
      ("expectation_adjusted_distinct_n", "  expectation-adjusted"), ("distinct_equations", "distinct equations"),
      ("semantic", "semantic diversity"),
    ]
    for stratum in Stratum.allCases {
      for (measure, title) in titles {
        table.add("\(title), \(stratum.rawValue)", .indexChange) { t in
          controls?.matchedDiversity.first { $0.iteration == t && $0.stratum == stratum && $0.measure == measure }?
            .difference
        }
      }
    }
    return table
  }

  private var improvementTable: AuditTable {
    var table = table("Improvement sets against their controls", page: "controls")
    func entry(_ t: Int) -> ImprovementControl? { controls?.improvement.first { $0.iteration == t } }
    table.add("improved, with questions as hard", .count) { t in
      entry(t).map { .text("\($0.matchedQuestions) of \($0.matchedQuestions + $0.unmatchedQuestions)") } ?? .undefined
    }
    for k in Set(controls?.improvement.flatMap { $0.matched.map(\.k) } ?? []).sorted() {
      table.add("M_1's pass@\(k) above questions as hard", .shareChange) { t in
        entry(t)?.matched.first { $0.k == k }?.difference
      }
    }
    table.add("improved, above a second M_1", .shareChange) { entry($0)?.excessOverNull }
    table.add("change of pass@1, above a second M_1", .shareChange) { entry($0)?.changeOverNull }
    if let null = controls?.null {
      table.add("improved and lost by a second M_1", .count) { _ in .text("\(null.size) and \(null.lostSize)") }
    }
    return table
  }

  private var guessingTable: AuditTable {
    let questions = controls?.chance?.questions ?? 0
    var table = table("Guessing, on \(questions) questions with choices", page: "controls")
    for point in controls?.chance?.passAtK ?? [] {
      table.add("pass@\(point.k) by guessing", .share) { _ in .number(point.value) }
    }
    return table
  }

  private var contaminationTable: AuditTable {
    var table = table("Contamination of the test questions", page: "contamination")
    guard let found = measures?.contamination else { return table }
    table.add("questions contaminated", .count) { _ in .text("\(found.contaminated) of \(found.questions)") }
    table.add("pass@1 on these", .share) { t in found.passAt1.first { $0.iteration == t }?.contaminated }
    table.add("pass@1 on all others", .share) { t in found.passAt1.first { $0.iteration == t }?.clean }
    return table
  }
}
