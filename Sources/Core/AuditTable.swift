/// Some of an audit's numbers side by side, a column an iteration: what the terminal and the report both show.
public struct AuditTable: Sendable, Hashable {
  public enum Unit: Sendable, Hashable {
    /// A share, shown in percent.
    case share
    /// A change of a share, shown in points with its sign.
    case shareChange
    /// A number without unit, and its change.
    case index
    case indexChange
    /// A mean count: of tokens, of answers.
    case count
  }

  public enum Cell: Sendable, Hashable {
    case estimate(Estimate)
    /// Without an interval: an expectation, or a share of resamples.
    case number(Double)
    case text(String)
    case undefined
  }

  public struct Row: Sendable, Hashable {
    public let label: String
    public let unit: Unit
    /// One a column.
    public let cells: [Cell]
  }

  public let title: String
  /// The page in docs/measures that explains it, without its extension.
  public let page: String
  /// t of each column.
  public let iterations: [Int]
  public private(set) var rows: [Row] = []

  init(_ title: String, page: String, iterations: [Int]) {
    self.title = title
    self.page = page
    self.iterations = iterations
  }

  /// A row, unless it is undefined at every iteration.
  mutating func add(_ label: String, _ unit: Unit, _ cell: (Int) -> Cell) {
    let cells = iterations.map(cell)
    if cells.contains(where: { $0 != .undefined }) { rows.append(Row(label: label, unit: unit, cells: cells)) }
  }

  mutating func add(_ label: String, _ unit: Unit, _ estimate: (Int) -> Estimate?) {
    add(label, unit) { t in estimate(t).map(Cell.estimate) ?? .undefined }
  }
}
