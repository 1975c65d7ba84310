import Core

/// Every number of the audits as one long table, a row each, for data frames.
public enum CSVReport {
  /// The columns are `run`, `measure` (the keys of `audit.json`, joined by dots), what the number is of (`iteration`, `k`,
  /// `tau`, `decoding`, `stratum`, `part`), and `estimate`, `low`, `high`, `n` or `text`. Fractions, not percent; what is
  /// undefined is an empty row.
  public static func render(_ input: ReportInput) throws -> String {
    try CSVLines(
      header: [
        "run", "group", "measure", "iteration", "k", "tau", "decoding", "stratum", "part", "estimate", "low", "high",
        "n",
        "text",
      ],
      rows: input.runs.flatMap { run in try run.audit.records().map { row($0, of: run) } }
        + (input.comparison?.tables ?? []).flatMap(differences)
    ).text
  }

  private static func row(_ record: AuditRecord, of run: ReportInput.RunSection) -> [CSVLines.Field] {
    var (estimate, low, high, n, text): (Double?, Double?, Double?, Double?, String) = (nil, nil, nil, nil, "")
    switch record.value {
    case .estimate(let value): (estimate, low, high, n) = (value.estimate, value.low, value.high, Double(value.n))
    case .number(let value): estimate = value
    case .text(let value): text = value
    case .undefined: break
    }
    return [
      .text(run.method), .text(run.group), .text(record.measure), .number(record.iteration.map(Double.init)),
      .number(record.k.map(Double.init)), .number(record.tau), .text(record.decoding ?? ""),
      .text(record.stratum ?? ""), .text(record.part ?? ""), .number(estimate), .number(low), .number(high), .number(n),
      .text(text),
    ]
  }

  private static func differences(_ table: RunComparison.Table) -> [[CSVLines.Field]] {
    table.differences.flatMap { entry -> [[CSVLines.Field]] in
      let iteration = table.runs.first { $0.name == entry.run }.map { Double($0.iteration) }
      func row(_ measure: String, _ value: Estimate?, _ number: Double?, _ text: String) -> [CSVLines.Field] {
        [
          .text(entry.run), .text(""), .text("compare.\(table.at.rawValue).\(measure)"), .number(iteration),
          .number(nil),
          .number(nil), .text(""), .text(""), .text(entry.measure), .number(value?.estimate ?? number),
          .number(value?.low), .number(value?.high), .number(value.map { Double($0.n) }), .text(text),
        ]
      }
      return [
        row("difference", entry.difference, nil, entry.finding.rawValue), row("adjusted_p", nil, entry.adjustedP, ""),
      ]
    }
  }
}
