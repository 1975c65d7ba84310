/// The figures of a run at a glance, while it goes and afterwards: a table and small charts.
public struct RunGlance: Sendable, Hashable {
  public struct Row: Sendable, Hashable {
    public let iteration: Int
    /// Greedy, a share of 1.
    public let passAt1: Double?
    public let outOfDistributionPassAt1: Double?
    /// distinct-n of correct answers to some of the questions.
    public let distinctN: Double?
    /// Mean length of the same questions' samples.
    public let tokens: Double?
    /// Mean training loss over the first and the last tenth of the steps.
    public let initialLoss: Double?
    public let finalLoss: Double?

    public init(
      iteration: Int, passAt1: Double?, outOfDistributionPassAt1: Double?, distinctN: Double?, tokens: Double?,
      initialLoss: Double?, finalLoss: Double?
    ) {
      self.iteration = iteration
      self.passAt1 = passAt1
      self.outOfDistributionPassAt1 = outOfDistributionPassAt1
      self.distinctN = distinctN
      self.tokens = tokens
      self.initialLoss = initialLoss
      self.finalLoss = finalLoss
    }
  }

  public let rows: [Row]
  /// Test questions behind `distinctN` and `tokens`.
  public let questions: Int

  public init(rows: [Row], questions: Int) {
    self.rows = rows
    self.questions = questions
  }

  /// Of one iteration, in a line; nil where nothing is known yet.
  public func line(_ iteration: Int) -> String? {
    guard let row = rows.first(where: { $0.iteration == iteration }) else { return nil }
    let parts = Self.columns.compactMap { column in column.text(row).map { "\(column.short) \($0)" } }
    return parts.isEmpty ? nil : "M_\(iteration)  " + parts.joined(separator: "  ")
  }

  /// Empty where nothing is known yet. No line is longer than the columns of the style; nothing in it comes from files.
  public func lines(_ style: TerminalStyle) -> [String] {
    let columns = Self.columns.filter { column in rows.contains { column.text($0) != nil } }
    guard !columns.isEmpty else { return [] }
    var table = TextTable(header: ["model"] + columns.map(\.title))
    for row in rows where columns.contains(where: { $0.text(row) != nil }) {
      table.rows.append(["M_\(row.iteration)"] + columns.map { $0.text(row) ?? "-" })
    }
    var lines = table.text.split(separator: "\n").map(String.init)
    let blocks = charts.map { $0.lines(width: (style.columns - 4) / 2, style: style) }.filter { !$0.isEmpty }
    for index in stride(from: 0, to: blocks.count, by: 2) {
      lines.append("")
      guard index + 1 < blocks.count else {
        lines += blocks[index].map(Self.trimmed)
        continue
      }
      lines += zip(blocks[index], blocks[index + 1]).map { Self.trimmed("\($0)    \($1)") }
    }
    if rows.contains(where: { $0.distinctN != nil || $0.tokens != nil }) {
      lines += [
        "",
        "distinct-n, tokens: samples of \(questions) test question\(questions == 1 ? "" : "s"); the audit takes all",
      ]
    }
    return lines
  }

  private struct Column {
    let title: String
    let short: String
    let text: @Sendable (Row) -> String?
  }

  private static func number(_ value: Double?, _ decimals: Int) -> String? {
    value.map { Decimal.digits($0, decimals: decimals, minus: "-", plus: "") }
  }

  private static let columns = [
    Column(title: "pass@1, %", short: "pass@1 %") { number($0.passAt1.map { $0 * 100 }, 1) },
    Column(title: "OOD pass@1, %", short: "OOD %") { number($0.outOfDistributionPassAt1.map { $0 * 100 }, 1) },
    Column(title: "distinct-n", short: "distinct-n") { number($0.distinctN, 3) },
    Column(title: "tokens", short: "tokens") { number($0.tokens, 1) },
    Column(title: "loss, first", short: "loss") { number($0.initialLoss, 3) },
    Column(title: "last", short: "to") { number($0.finalLoss, 3) },
  ]

  private var charts: [TerminalChart] {
    let ends = (first: "M_\(rows.first?.iteration ?? 1)", last: "M_\(rows.last?.iteration ?? 1)")
    func chart(
      _ title: String, _ decimals: Int, _ colour: TerminalStyle.Colour, _ value: (Row) -> Double?
    ) -> TerminalChart? {
      let values = rows.map(value)
      // A point alone shows nothing that the table does not.
      guard values.count(where: { $0 != nil }) > 1 else { return nil }
      return TerminalChart(title: title, values: values, ends: ends, decimals: decimals, colour: colour)
    }
    return [
      chart("pass@1, greedy (%)", 1, .blue) { $0.passAt1.map { $0 * 100 } },
      chart("distinct-n, correct answers", 3, .yellow, \.distinctN), chart("tokens a sample", 1, .green, \.tokens),
      chart("training loss, last tenth of steps", 3, .magenta, \.finalLoss),
    ].compactMap { $0 }
  }

  private static func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
