import Core
import Foundation
import Report
import TestSupport
import Testing

/// Markdown, CSV and LaTeX.
@Suite struct FormatTests {
  @Test func theMarkdownReport() throws {
    try expectSnapshot(MarkdownReport.render(SyntheticReport.compared), "compared.md", in: .module)
  }

  @Test func theLaTeXTables() throws {
    try expectSnapshot(LaTeXReport.render(SyntheticReport.compared), "compared.tex", in: .module)
  }

  @Test func theLongTable() throws {
    try expectSnapshot(CSVReport.render(SyntheticReport.greedyOnly), "greedy-only.csv", in: .module)
  }

  @Test(arguments: [
    ("50 % of $x_1 & #2", ##"50 \% of \$x\_1 \& \#2"##),
    (#"\input{/etc/passwd}"#, #"\textbackslash{}input\{/etc/passwd\}"#),
    ("a~b^c", #"a\textasciitilde{}b\textasciicircum{}c"#),
    ("<<1=1>>|", #"\textless{}\textless{}1=1\textgreater{}\textgreater{}\textbar{}"#),
    ("M_1's pass@12 where M_t", "$M_{1}$'s pass@12 where $M_t$"), ("M₅", "M$_{5}$"), ("  set in", #"\quad set in"#),
    ("−0.1 ± 2 → 3", #"$-$0.1 $\pm$ 2 $\to$ 3"#),
    ("\"q\" `b`", #"\textquotedbl{}q\textquotedbl{} \textasciigrave{}b\textasciigrave{}"#),
    ("a\nb\u{1B}[31m", "a␊b␛[31m"), ("Ärger 解", "Ärger 解"),
  ])
  func latexTakesTextForText(text: String, escaped: String) {
    #expect(LaTeXReport.escaped(text) == escaped)
  }

  @Test(arguments: [
    (0.416, 0.386, 0.446, false, #"$41.6 \pm 3.0$"#), (0.416, 0.389, 0.447, false, "$41.6^{+3.1}_{-2.7}$"),
    (0.1, 0.08, 0.12, true, #"$+10.0 \pm 2.0$"#), (-0.1, -0.12, -0.08, true, #"$-10.0 \pm 2.0$"#),
  ])
  func latexWritesIntervals(value: Double, low: Double, high: Double, isChange: Bool, text: String) {
    #expect(
      LaTeXReport.estimate(Estimate(estimate: value, low: low, high: high, n: 1), .share, isChange: isChange) == text)
  }

  /// Whatever text the runs bring, environments and braces are those of harmless text.
  @Test(arguments: [
    #"\end{table}\input{x}"#, "}{", "%\n\\end{document}", "$$", "\\", "a & b \\\\ c", "|x|`y`<z>*_#",
  ])
  func hostileTextLeavesTheTablesAsTheyAre(hostile: String) throws {
    func skeleton(_ text: String) -> [String] {
      let tex = LaTeXReport.render(SyntheticReport.filled(with: text))
      return tex.split(separator: "\n").filter { !$0.hasPrefix("%") }.map { line in
        let bare = line.replacing("\\&", with: "").replacing("\\{", with: "").replacing("\\}", with: "")
          .replacing("\\textbackslash{}", with: "").replacing("\\\\", with: "¶")
        return String(bare.filter { "&¶".contains($0) })
          + (line.hasPrefix("\\begin") || line.hasPrefix("\\end") ? String(line) : "")
      }
    }
    #expect(skeleton(hostile) == skeleton("harmless"))
    let columns = { (text: String) in
      MarkdownReport.render(SyntheticReport.filled(with: text)).split(separator: "\n").filter { $0.hasPrefix("|") }.map
      {
        $0.replacing("\\\\", with: "").replacing("\\|", with: "").count { $0 == "|" }
      }
    }
    #expect(columns(hostile) == columns("harmless"))
  }

  @Test func theLongTableIsReadBack() throws {
    let rows = try Self.parse(CSVReport.render(SyntheticReport.filled(with: "=1+1, \"quoted\"\nline")))
    #expect(rows.allSatisfy { $0.count == rows[0].count } && rows.count > 100)
    #expect(rows.dropFirst().contains { $0[0] == "'=1+1, \"quoted\"␊line" })
    let audit = SyntheticReport.full.runs[0].audit
    let full = try Self.parse(CSVReport.render(SyntheticReport.full))
    let row = try #require(full.first { $0[2] == "pass_at_k" && $0[3] == "2" && $0[4] == "8" })
    let expected = try #require(audit.passAtK.first { $0.iteration == 2 && $0.k == 8 }?.estimate)
    #expect(Double(row[9]) == expected.estimate && Double(row[10]) == expected.low && Int(row[12]) == expected.n)
    #expect(full.count(where: { $0[0] == "Iterative SFT" }) == (try audit.records().count))
  }

  /// RFC 4180, by hand.
  private static func parse(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field = ""
    var isQuoted = false
    var rest = Substring(text)
    while let character = rest.popFirst() {
      switch character {
      case "\"" where isQuoted && rest.first == "\"": field.append(rest.removeFirst())
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        row.append(field)
        field = ""
      case "\n" where !isQuoted:
        rows.append(row + [field])
        (row, field) = ([], "")
      default: field.append(character)
      }
    }
    return rows
  }
}
