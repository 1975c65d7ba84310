import Core

/// The report as one HTML file: no network, no script, readable in light and dark and on paper.
public enum HTMLReport {
  /// The same input gives the same bytes. All text of the input is escaped.
  public static func render(_ input: ReportInput) -> String {
    let measures = MeasuresSection.html(input.runs)
    let page: HTMLFragment = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(input.title)</title>
      <style>
      \(StyleSheet.css)
      </style>
      </head>
      <body>
      <header><p class="kicker">Reversal: progress or regress?</p><h1>\(input.title)</h1>
      <nav aria-label="Contents"><a href="#verdict">Verdict</a> \(ComparisonSection.link(input))<a href="#figures">Figures</a> \
      <a href="#axes">Tests</a> \(measures.markup.isEmpty ? HTMLFragment.empty : MeasuresSection.link)\
      <a href="#numbers">Numbers</a> <a href="#case">Case study</a> <a href="#method">Method</a></nav></header>
      <main>
      \(VerdictSection.html(input))
      \(ComparisonSection.html(input))\(FiguresSection.html(input.runs))
      \(AxesSection.html(input.runs))
      \(measures)
      \(NumbersSection.html(input.runs))
      \(CaseStudySection.html(input.caseStudies))\(InputSection.html(input.runs))
      \(MethodSection.html(input))
      </main>
      </body>
      </html>

      """
    return page.markup
  }
}
