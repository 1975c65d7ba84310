import Report
import TestSupport
import Testing

/// A run at a glance on a terminal of 80 columns.
@Suite struct RunGlanceTests {
  private static let glance = RunGlance(
    rows: (1...5).map { t in
      let x = Double(t - 1) / 4
      return RunGlance.Row(
        iteration: t, passAt1: 0.55 + 0.08 * x - 0.04 * x * x, outOfDistributionPassAt1: 0.206 + 0.01 * x,
        distinctN: t == 5 ? nil : 0.233 - 0.07 * x, tokens: 84.2 + 6 * x, initialLoss: 0.9 - 0.5 * x,
        finalLoss: 0.42 - 0.3 * x.squareRoot())
    }, questions: 64)

  private static let styles = [
    "unicode": TerminalStyle(isColoured: false, isUnicode: true),
    "ascii": TerminalStyle(isColoured: false, isUnicode: false),
    "colour": TerminalStyle(isColoured: true, isUnicode: true),
  ]

  @Test(arguments: ["unicode", "ascii", "colour"])
  func snapshot(name: String) throws {
    let style = try #require(Self.styles[name])
    try expectSnapshot(Self.glance.lines(style).joined(separator: "\n") + "\n", "glance-\(name).txt", in: .module)
  }

  @Test(arguments: ["unicode", "ascii", "colour"])
  func noLineIsLongerThanTheTerminal(name: String) throws {
    for line in Self.glance.lines(try #require(Self.styles[name])) {
      #expect(line.replacing(/\u{1B}\[[0-9]+m/, with: "").count <= 80, "\(line)")
    }
  }

  @Test func withoutUnicodeAllIsASCIIAndWithoutColourNothingSteers() throws {
    let ascii = Self.glance.lines(try #require(Self.styles["ascii"])).joined()
    #expect(ascii.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
    #expect(!Self.glance.lines(try #require(Self.styles["unicode"])).joined().contains("\u{1B}"))
  }

  @Test func nothingIsShownOfNothing() {
    let row = RunGlance.Row(
      iteration: 1, passAt1: nil, outOfDistributionPassAt1: nil, distinctN: nil, tokens: nil, initialLoss: nil,
      finalLoss: nil)
    let glance = RunGlance(rows: [row], questions: 0)
    #expect(glance.lines(TerminalStyle(isColoured: true, isUnicode: true)).isEmpty && glance.line(1) == nil)
  }

  /// One iteration has a table and no chart; a flat line lies in the middle.
  @Test func edgeCases() {
    let style = TerminalStyle(isColoured: false, isUnicode: true)
    func row(_ t: Int, _ value: Double) -> RunGlance.Row {
      .init(
        iteration: t, passAt1: value, outOfDistributionPassAt1: nil, distinctN: nil, tokens: nil, initialLoss: nil,
        finalLoss: nil)
    }
    #expect(RunGlance(rows: [row(1, 0.5)], questions: 1).lines(style) == ["model  pass@1, %", "M_1         50.0"])
    #expect(RunGlance(rows: [row(1, 0.5)], questions: 1).line(1) == "M_1  pass@1 % 50.0")
    let flat = RunGlance(rows: [row(1, 0.5), row(2, 0.5)], questions: 1).lines(style)
    #expect(flat.contains { $0.contains("⣀") || $0.contains("⠉") || $0.contains("⠤") || $0.contains("⠒") })
    #expect(RunGlance(rows: [row(1, .nan), row(2, .infinity)], questions: 1).lines(style).count == 3)
  }

  @Test(
    arguments: [
      (["LANG": "en_US.UTF-8"], true, true, true), (["LANG": "de_DE.utf8"], true, true, true),
      (["LANG": "C"], true, true, false), ([:], true, true, false),
      (["LANG": "en_US.UTF-8", "LC_ALL": "C"], true, true, false),
      (["LC_ALL": "", "LANG": "C.UTF-8"], true, true, true),
      (["NO_COLOR": "1", "LANG": "C.UTF-8"], true, false, true), (["NO_COLOR": ""], true, true, false),
      (["TERM": "dumb"], true, false, false), (["LANG": "en_US.UTF-8"], false, false, true),
    ] as [([String: String], Bool, Bool, Bool)])
  func theEnvironmentDecides(environment: [String: String], isTerminal: Bool, isColoured: Bool, isUnicode: Bool) {
    let style = TerminalStyle(isTerminal: isTerminal, environment: environment)
    #expect(style.isColoured == isColoured && style.isUnicode == isUnicode)
  }
}
