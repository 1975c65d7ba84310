import Core
import Foundation
import Report
import Testing

/// What every figure has beside its drawing, and how several runs are drawn.
@Suite struct FigureTests {
  @Test(arguments: [SyntheticReport.full, SyntheticReport.seeds, SyntheticReport.compared])
  func everyFigureHasACaptionATableAndAFile(input: ReportInput) throws {
    let page = HTMLReport.render(input)
    let figures = page.components(separatedBy: "<figure class=").dropFirst().map {
      $0.components(separatedBy: "</figure>")[0]
    }
    #expect(figures.count >= 15)
    for figure in figures {
      let title = figure.components(separatedBy: "<h3>")[1].components(separatedBy: "</h3>")[0]
      #expect(figure.contains("<figcaption><p>") && figure.contains("Reading."), "\(title)")
      #expect(figure.contains(" as a table</summary>") && figure.contains("<td>"), "\(title)")
      let link = try #require(figure.components(separatedBy: "href=\"data:text/csv;charset=utf-8,").dropFirst().first)
      let csv = try #require(link.prefix { $0 != "\"" }.removingPercentEncoding)
      #expect(csv.hasPrefix("panel,series,x_axis,x,y_axis,y,low,high,n\n"), "\(title)")
      // As many rows as the table has, and as many fields everywhere.
      let rows = figure.components(separatedBy: "<tr>").count - 2
      #expect(csv.split(separator: "\n").count == rows + 1 && rows > 0, "\(title)")
    }
  }

  /// Every drawing is named and described to a screen reader, by ids of its own.
  @Test func everyDrawingHasATextOfItsOwn() throws {
    let page = HTMLReport.render(SyntheticReport.full)
    let drawings = page.components(separatedBy: "<svg class=\"chart\"").dropFirst()
    var ids: Set<Substring> = []
    for drawing in drawings {
      let names = try #require(drawing.firstMatch(of: /aria-labelledby="([a-z0-9-]+) ([a-z0-9-]+)"/))
      let (title, text) = (names.output.1, names.output.2)
      #expect(drawing.contains("<title id=\"\(title)\">") && drawing.contains("<desc id=\"\(text)\">"))
      #expect(ids.insert(title).inserted && ids.insert(text).inserted)
    }
    #expect(drawings.count > 30)
  }

  @Test func everyMeasureHasAFigure() {
    let page = HTMLReport.render(SyntheticReport.full)
    for title in [
      "pass@1 over the iterations", "What changed from the first to the last model", "Diversity of the sampled answers",
      "pass@k of the first and the last model", "Could M₁ already answer what was gained?", "Out of distribution",
      "Accuracy by group, test questions", "Accuracy by group, out of distribution",
      "Change of diversity on the same questions", "Improvement sets against their controls",
      "Questions won and lost to the samples", "Cover@τ of the first and the last model",
      "majority@k of the first and the last model", "How spread the answers to a question are",
      "The form of the answers", "Exploration and exploitation", "What each iteration was trained on, by difficulty",
      "Test questions whose words recur in the training rows", "Verdicts on all answers",
    ] {
      #expect(page.contains(". \(title)</h3>"), "\(title)")
    }
    #expect(page.contains("guessing, 200 questions with choices"))
  }

  /// Three seeds: one mean with a band from the lowest to the highest, three thin lines, one entry in the key.
  @Test func seedsAreDrawnAsTheirMean() throws {
    let input = SyntheticReport.seeds
    let page = HTMLReport.render(input)
    #expect(page.contains("Iterative SFT, mean of 3 runs</li>"))
    #expect(page.contains("<h3>Over the seeds</h3>"))
    let values = input.runs.prefix(3).compactMap { $0.audit.passAt1.last?.accuracy?.estimate }
    let mean = values.reduce(0, +) / 3
    let range = Estimate(estimate: mean, low: values.min() ?? 0, high: values.max() ?? 0, n: 3)
    #expect(page.contains("Iterative SFT, M₅: mean \(Quantity.share.withInterval(range)), lowest to highest of 3 runs"))
    #expect(page.contains("Iterative SFT, seed 2, M₅: "))
    let figure = try #require(page.components(separatedBy: "id=\"figure-1\"").dropFirst().first)
    let drawing = figure.components(separatedBy: "</svg>")[2]
    #expect(drawing.components(separatedBy: "class=\"band ").count - 1 == 2)
    #expect(drawing.components(separatedBy: " background\">").count - 1 == 3)
  }

  /// What a figure says follows its numbers.
  @Test func readingsFollowTheNumbers() {
    func page(_ gain: Double) -> String {
      HTMLReport.render(
        ReportInput(title: "t", runs: [.init(method: "m", audit: SyntheticAudit(gain: gain, qualifiers: []).audit)]))
    }
    #expect(page(0.1).contains("</strong> pass@1 rose by 10.0\u{A0}points"))
    #expect(page(-0.1).contains("</strong> pass@1 fell by 10.0\u{A0}points"))
    #expect(page(0.001).contains("not distinguishable from no change"))
  }

  @Test func aComparisonStandsBesideTheFigures() {
    let page = HTMLReport.render(SyntheticReport.compared)
    #expect(page.contains("<h2>Side by side on the same questions</h2>"))
    #expect(page.contains("Differences from sft") && page.contains("href=\"#comparison\""))
    #expect(!HTMLReport.render(SyntheticReport.full).contains("id=\"comparison\""))
  }
}
