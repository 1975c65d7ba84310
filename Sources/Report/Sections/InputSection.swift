import Core

/// What was read of other people's files, and what of it met no problem or no answer.
enum InputSection {
  /// Nothing where every run brought its own answers; otherwise a section that begins on a line of its own.
  static func html(_ runs: [ReportInput.RunSection]) -> HTMLFragment {
    let tables = runs.compactMap { run in run.audit.input.map { table($0, caption: run.method).html } }
    guard !tables.isEmpty else { return .empty }
    return """

      <section id="input"><h2>What was read</h2>
      <p>Rows for problems that are not known, rows without an answer and rows of other filters are left out of every \
      number; a problem without a greedy answer counts in no pass@1.</p>
      \(tables)
      </section>
      """
  }

  private static func table(_ inputs: [AuditResult.Input], caption: String) -> Table {
    Table(
      caption: caption,
      columns: [
        "Answers of", "Files", "Format", "Greedy", "Sampled", "Samples a problem", "Judged by file",
        "Problems without greedy", "Problems without samples", "Rows left out",
      ],
      rows: inputs.map { input in
        [
          "\(Phrase.model(input.iteration))\(input.isOutOfDistribution ? ", out of distribution" : "")",
          "\(input.files.joined(separator: ", "))", "\(format(input))", "\(Decimal.count(input.greedy))",
          "\(Decimal.count(input.sampled))", "\(sampleCounts(input))", "\(Decimal.count(input.judgedByFile))",
          "\(missing(input.problemsWithoutGreedy, of: input.problems))",
          "\(missing(input.problemsWithoutSamples, of: input.problems))", "\(leftOut(input))",
        ]
      })
  }

  private static func format(_ input: AuditResult.Input) -> String {
    func distinct(_ names: [String]) -> [String] {
      names.enumerated().filter { !names[..<$0.offset].contains($0.element) }.map(\.element)
    }
    return
      (distinct(input.formats) + input.judgements.map { "judgement of \($0)" }
      + input.assumedDecodings.map {
        "\($0) assumed"
      }).joined(separator: "; ")
  }

  private static func sampleCounts(_ input: AuditResult.Input) -> String {
    guard let smallest = input.smallestSampleCount, let largest = input.largestSampleCount else { return "–" }
    return smallest == largest ? Decimal.count(smallest) : "\(Decimal.count(smallest))–\(Decimal.count(largest))"
  }

  private static func missing(_ count: Int, of total: Int) -> String {
    count == 0 ? "0" : "\(Decimal.count(count)) of \(Decimal.count(total))"
  }

  private static func leftOut(_ input: AuditResult.Input) -> String {
    let unknown =
      input.unknownRows == 0
      ? [] : ["\(Decimal.count(input.unknownRows)) of \(Decimal.count(input.unknownProblems)) unknown problems"]
    let failed = input.failedRows == 0 ? [] : ["\(Decimal.count(input.failedRows)) without an answer"]
    let filters = input.ignoredFilters.map { "\(Decimal.count($0.rows)) of filter \($0.name)" }
    let parts = unknown + failed + filters
    return parts.isEmpty ? "0" : parts.joined(separator: ", ")
  }
}
