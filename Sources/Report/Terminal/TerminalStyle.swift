/// What the terminal can show.
public struct TerminalStyle: Sendable, Hashable {
  public let columns: Int
  public let isColoured: Bool
  /// Otherwise ASCII only.
  public let isUnicode: Bool

  public init(columns: Int = 80, isColoured: Bool, isUnicode: Bool) {
    self.columns = columns
    self.isColoured = isColoured
    self.isUnicode = isUnicode
  }

  /// - Parameter environment: `NO_COLOR` turns colours off where it is not empty (no-color.org), and so does `TERM=dumb`;
  ///   the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is not empty says which characters there are.
  public init(isTerminal: Bool, columns: Int = 80, environment: [String: String]) {
    let isPlain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false || environment["TERM"] == "dumb"
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let encoding = locale.lowercased().filter { $0.isLetter || $0.isNumber }
    self.init(columns: columns, isColoured: isTerminal && !isPlain, isUnicode: encoding.contains("utf8"))
  }

  enum Colour: Int {
    case blue = 34
    case yellow = 33
    case green = 32
    case magenta = 35
  }

  /// - Parameter text: Of our own; what comes from files is never coloured.
  func coloured(_ text: String, _ colour: Colour) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }

  func bold(_ text: String) -> String { isColoured ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
