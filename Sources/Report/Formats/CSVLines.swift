import Core

/// Comma-separated values after RFC 4180, lines ended by a line feed.
struct CSVLines {
  enum Field {
    case text(String)
    /// Empty where it is undefined; whole numbers without a point.
    case number(Double?)
  }

  let header: [String]
  let rows: [[Field]]

  var text: String {
    ([header.joined(separator: ",")] + rows.map { $0.map(Self.text).joined(separator: ",") })
      .map { $0 + "\n" }.joined()
  }

  private static func text(_ field: Field) -> String {
    switch field {
    case .text(let text): quoted(text)
    case .number(let value): value.map(number) ?? ""
    }
  }

  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "" }
    return Int(exactly: value).map(String.init) ?? "\(value)"
  }

  /// A spreadsheet takes a text that begins with one of `= + - @` for a formula, and texts come from files: such a text gets
  /// an apostrophe in front.
  private static func quoted(_ text: String) -> String {
    let line = VisibleText.line(text)
    let safe = line.first.map { "=+-@".contains($0) } == true ? "'" + line : line
    return safe.contains(where: { ",\"\n\r".contains($0) }) ? "\"\(safe.replacing("\"", with: "\"\""))\"" : safe
  }
}
