import Core

/// The report's tables for a paper: booktabs, `\input` as they are.
public enum LaTeXReport {
  public static func render(_ input: ReportInput) -> String {
    var lines = [
      "% \(comment(input.title))", "% Needs \\usepackage{booktabs} and \\usepackage{graphicx}.",
      "% 95% intervals over questions; shares in percent, their changes in points; -- is undefined, not 0.",
    ]
    var number = 0
    for part in ReportTables.all(input) {
      lines += ["", "% \(comment(part.heading))"]
      for table in part.tables {
        number += 1
        lines += [""] + Self.lines(table, of: part.heading, number: number)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ table: ReportTable, of heading: String, number: Int) -> [String] {
    func line(_ cells: [String]) -> String { "  " + cells.joined(separator: " & ") + " \\\\" }
    let caption = table.title == heading ? table.title : "\(heading): \(table.title)"
    // Wider than a column of text: made to fit.
    let isWide = table.columns.count > 5
    return [
      "\\begin{table}[t]", "\\centering", "\\caption{\(escaped(caption)).}", "\\label{tab:reversal-\(number)}",
    ] + (isWide ? ["\\resizebox{\\linewidth}{!}{%"] : []) + [
      "\\begin{tabular}{l\(String(repeating: "r", count: max(0, table.columns.count - 1)))}", "\\toprule",
      line(table.columns.map(escaped)), "\\midrule",
    ] + table.rows.map { line($0.map(cell)) } + [
      "\\bottomrule", "\\end{tabular}" + (isWide ? "}" : ""), "\\end{table}",
    ]
  }

  /// `41.6 ± 3.0`, or with both halves where they differ as written: `41.6 +3.1 −2.8` as super- and subscript.
  package static func estimate(_ estimate: Estimate, _ quantity: Quantity, isChange: Bool) -> String {
    let value = ascii(isChange ? quantity.signedNumber(estimate.estimate) : quantity.number(estimate.estimate))
    let above = ascii(quantity.number(estimate.high - estimate.estimate))
    let below = ascii(quantity.number(estimate.estimate - estimate.low))
    return above == below ? "$\(value) \\pm \(above)$" : "$\(value)^{+\(above)}_{-\(below)}$"
  }

  private static func cell(_ cell: ReportTable.Cell) -> String {
    switch cell {
    case .text(let text): escaped(text)
    case .undefined: "--"
    case .number(let value, let quantity): "$\(ascii(quantity.number(value)))$"
    case .estimate(let value, let quantity, let isChange): estimate(value, quantity, isChange: isChange)
    }
  }

  private static func ascii(_ number: String) -> String { number.replacing("−", with: "-").replacing("–", with: "-") }

  /// Text that LaTeX takes as nothing but text. Blanks that set a row in become a quad.
  package static func escaped(_ text: String) -> String {
    let isSetIn = text.hasPrefix("  ")
    var result = isSetIn ? "\\quad " : ""
    var rest = Substring(VisibleText.line(String(text.drop { $0 == " " })))
    while let character = rest.first {
      if rest.hasPrefix("M_t") {
        result += "$M_t$"
        rest = rest.dropFirst(3)
        continue
      }
      if rest.hasPrefix("M_"), case let digits = rest.dropFirst(2).prefix(while: { $0.isASCII && $0.isNumber }),
        !digits.isEmpty
      {
        result += "$M_{\(digits)}$"
        rest = rest.dropFirst(2 + digits.count)
        continue
      }
      result += escaped(character)
      rest = rest.dropFirst()
    }
    return result
  }

  private static func escaped(_ character: Character) -> String {
    switch character {
    case "\\": "\\textbackslash{}"
    case "{", "}", "$", "&", "#", "%", "_": "\\\(character)"
    case "~": "\\textasciitilde{}"
    case "^": "\\textasciicircum{}"
    case "<": "\\textless{}"
    case ">": "\\textgreater{}"
    case "|": "\\textbar{}"
    case "\"": "\\textquotedbl{}"
    case "`": "\\textasciigrave{}"
    case "−": "$-$"
    case "±": "$\\pm$"
    case "→": "$\\to$"
    case "–": "--"
    case "τ": "$\\tau$"
    case "β": "$\\beta$"
    case "≥": "$\\geq$"
    case "\u{A0}": "~"
    case "₀"..."₉": character.unicodeScalars.first.map { "$_{\($0.value - 0x2080)}$" } ?? ""
    default: String(character)
    }
  }

  /// A comment ends with its line, which no text can end before.
  private static func comment(_ text: String) -> String { VisibleText.line(text) }
}
