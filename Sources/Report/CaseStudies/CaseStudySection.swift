import Core

/// One question with the answers of every iteration side by side.
enum CaseStudySection {
  /// Samples shown at once; the others unfold.
  private static let shownSamples = 5
  /// Longer answers are cut, so that one runaway generation does not bury the page.
  private static let shownCharacters = 2_000

  static func html(_ studies: [ReportInput.CaseStudyInput]) -> HTMLFragment {
    guard !studies.isEmpty else {
      return """
        <section id="case"><h2>Case study</h2>
        <p class="absent">No question was chosen: the answers to show side by side were not given.</p></section>
        """
    }
    return """
      <section id="case"><h2>Case study</h2>
      <p>One question through the iterations. <mark>Highlighted</mark> are runs of \(RecurringPassages.runLength) or more \
      words and signs that occur in at least half of the samples of the same iteration; \
      <b class="equation">&lt;&lt;equations&gt;&gt;</b> are set apart.</p>
      \(studies.map(study))
      </section>
      """
  }

  private static func study(_ input: ReportInput.CaseStudyInput) -> HTMLFragment {
    let problem = input.study.problem
    let group: HTMLFragment = problem.group.map { ", \($0)" } ?? .empty
    return """
      <article class="study"><h3>\(input.method)</h3>
      <dl class="problem"><div><dt>Question \(problem.id.rawValue)\(group)</dt>
      <dd class="text" dir="auto">\(problem.question)</dd></div>
      <div><dt>Reference</dt><dd class="text" dir="auto">\(AnnotatedText(problem.reference).html)</dd></div></dl>
      <div class="scroll" tabindex="0"><div class="iterations">
      \(input.study.iterations.map(iteration))
      </div></div></article>
      """
  }

  private static func iteration(_ iteration: CaseStudy.Iteration) -> HTMLFragment {
    let passages = RecurringPassages(iteration.samples.map { cut($0.completion.text).shown })
    let samples = zip(iteration.samples, passages.ranges).enumerated().map { index, pair in
      answer("Sample \(index + 1)", pair.0, recurring: pair.1)
    }
    let hidden = samples.dropFirst(shownSamples)
    let rest: HTMLFragment =
      hidden.isEmpty
      ? .empty : "<details><summary>\(hidden.count) more samples</summary>\n\(Array(hidden))</details>"
    let greedy =
      iteration.greedy.map { answer("Greedy", $0, recurring: []) } ?? "<p class=\"absent\">No greedy answer.</p>"
    return """
      <section class="iteration"><h4>\(Phrase.model(iteration.iteration))</h4>
      \(greedy)
      <p class="note">\(summary(iteration.samples, passages))</p>
      \(Array(samples.prefix(shownSamples)))
      \(rest)
      </section>
      """
  }

  private static func summary(_ samples: [JudgedCompletion], _ passages: RecurringPassages) -> String {
    guard !samples.isEmpty else { return "No sampled answers." }
    let correct = "\(samples.count { $0.isCorrect }) of \(samples.count) samples correct"
    guard samples.count > 1, let share = passages.markedShare else { return correct + "." }
    return "\(correct); \(Decimal.text(share * 100, decimals: 0))\u{A0}% of their text recurs."
  }

  private static func answer(
    _ title: String, _ judged: JudgedCompletion, recurring: [Range<String.Index>]
  ) -> HTMLFragment {
    let (sign, kind): (String, HTMLFragment) =
      switch judged.verdict.outcome {
      case .correct: ("✓ correct", "correct")
      case .incorrect: ("✗ incorrect", "wrong")
      case .unparsed: ("? unparsed", "wrong")
      case .timeout: ("… timed out", "wrong")
      case .error: ("! verifier failed", "wrong")
      }
    let (shown, omitted) = cut(judged.completion.text)
    let more: HTMLFragment =
      omitted == 0 ? .empty : "<p class=\"note\">\(Decimal.count(omitted)) more characters are not shown.</p>"
    return """
      <div class="answer"><p class="outcome"><span>\(title)</span> <span class="\(kind)">\(sign)</span></p>
      <div class="text" dir="auto">\(AnnotatedText(shown, recurring: recurring).html)</div>\(more)</div>
      """
  }

  private static func cut(_ text: String) -> (shown: String, omitted: Int) {
    let shown = text.prefix(shownCharacters)
    return (String(shown), text.count - shown.count)
  }
}
