import Core
import Foundation
import Report
import Testing

@Suite struct PageTests {
  @Test(arguments: [SyntheticReport.full, SyntheticReport.greedyOnly, SyntheticReport.empty, SyntheticReport.noRuns])
  func thePageIsWellFormed(input: ReportInput) throws {
    let page = HTMLReport.render(input)
    _ = try PageStructure(page)
    #expect(!page.contains("nan") && !page.contains("inf,"))
  }

  @Test(arguments: [
    "<p>a", "<p>a</b>", "<p><div>a</div></p>", "<p class=a>b</p>", "a & b", "a > b", "<p title=\"<b>\">a</p>", "<p",
  ])
  func theCheckFindsFlaws(flawed: String) {
    #expect(throws: PageStructure.Flaw.self) { try PageStructure("<!DOCTYPE html>\n" + flawed) }
  }

  @Test func nothingIsLoadedAndNothingRuns() {
    let page = HTMLReport.render(SyntheticReport.full)
    #expect(page.contains(#"content="default-src 'none'; style-src 'unsafe-inline'""#))
    for forbidden in ["<script", "<link", "<img", "src=", "url(", "@import", "http://", "https://", "javascript:"] {
      #expect(!page.contains(forbidden), "\(forbidden) in the page")
    }
  }

  @Test func theSameInputGivesTheSameBytes() {
    #expect(HTMLReport.render(SyntheticReport.full) == HTMLReport.render(SyntheticReport.full))
  }

  /// Hostile text leaves the page's structure as harmless text does.
  @Test(arguments: [
    "</style></title><script>alert(1)</script>", "\" onmouseover=\"alert(1)", "' onmouseover='alert(1)", "<!--",
    "]]>", "&lt;script&gt;", "\u{0}\u{1B}[31m\u{9B}2J", "\u{202E}evil\u{2066}", "\u{FFFF}\u{E0001}\u{FEFF}", "\r\r",
  ])
  func hostileTextStaysText(hostile: String) throws {
    let page = HTMLReport.render(SyntheticReport.filled(with: hostile))
    let harmless = HTMLReport.render(SyntheticReport.filled(with: "harmless"))
    #expect(try PageStructure(page).tags == PageStructure(harmless).tags)
    let summary = TerminalSummary.render(SyntheticReport.filled(with: hostile).runs)
    #expect((page + summary).unicodeScalars.filter(Self.isDangerous).isEmpty)
  }

  /// Control characters but the line break, and marks of direction.
  private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A: false
    case 0..<0x20, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  @Test func everyFigureWithoutDataSaysWhy() {
    let page = HTMLReport.render(SyntheticReport.empty)
    #expect(page.components(separatedBy: "Not drawn:").count - 1 == 7)
    #expect(page.contains("Without data, and so without a figure:"))
    #expect(!page.contains("<figure"))
  }

  @Test func everyNumberOfTheAuditIsShown() {
    let page = HTMLReport.render(SyntheticReport.full)
    let cells = Set(page.components(separatedBy: "<td>").map { $0.components(separatedBy: "</td>")[0] })
    let audit = SyntheticReport.full.runs[0].audit
    let shares =
      audit.passAt1.map(\.accuracy) + audit.passAtK.map(\.estimate) + audit.majorityAtK.map(\.estimate)
      + audit.improvementSet.flatMap { ($0.firstIterationPassAtK + $0.controlPassAtK).map(\.estimate) }
      + audit.groups.map(\.accuracy) + audit.groupDisparity.map(\.estimate)
      + (audit.outOfDistribution?.passAt1.map(\.accuracy) ?? [])
      + (audit.outOfDistribution?.groups.map(\.accuracy) ?? [])
      + (audit.outOfDistribution?.groupDisparity.map(\.estimate) ?? [])
    for estimate in shares {
      #expect(cells.contains(Quantity.share.withInterval(estimate)))
    }
    for estimate in audit.diversity.flatMap({ [$0.distinctN, $0.expectationAdjustedDistinctN, $0.distinctEquations] }) {
      #expect(cells.contains(Quantity.index.withInterval(estimate)))
    }
    for id in audit.improvementSet.flatMap(\.problemIDs) { #expect(page.contains(id.rawValue)) }
  }

  @Test func aRunawayAnswerIsCut() {
    let study = CaseStudy(
      problem: Problem(id: "q", task: "t", question: "?", reference: "1"),
      iterations: [
        .init(iteration: 1, greedy: SyntheticReport.judged(String(repeating: "ha ", count: 4_000)), samples: [])
      ])
    let page = HTMLReport.render(
      ReportInput(title: "Synthetic", runs: [], caseStudies: [.init(method: "m", study: study)]))
    #expect(page.contains("10,000 more characters are not shown."))
    #expect(page.utf8.count < 40_000)
  }
}
