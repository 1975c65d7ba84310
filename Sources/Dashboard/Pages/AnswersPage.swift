import Core
import Foundation
import Report
import RunStore

/// One question with the answers of M_1 … M_T side by side.
struct AnswersPage {
  let snapshot: RunSnapshot
  let filter: QuestionFilter
  let question: ObservedProblem
  /// Of all models, by iteration; the greedy answer first.
  let answers: [ObservedAnswer]
  /// Samples of each model in the run, which may be more than are read here.
  let summary: QuestionSummary
  let previous: String?
  let next: String?
  /// t of the one model that is shown, with all that was read of it; nil for all models in brief.
  let only: Int?
  /// Where the question stands in its list.
  let place: (Int?, of: Int)

  /// Samples of a model that are read, and bytes of each text.
  static let sampleLimit = 256
  static let textLimit = 16 << 10
  /// Different texts of a chain, chains of a final answer and final answers that are shown.
  private var shown: (texts: Int, chains: Int, answers: Int) { only == nil ? (2, 12, 24) : (256, 256, 256) }
  /// Texts of a model in which recurring passages are sought.
  private static let comparedTexts = 16

  var html: HTMLFragment {
    let problem = question.content.problem
    let iterations = Set(answers.map(\.iteration)).union(summary.cells.map(\.iteration)).sorted().filter {
      only == nil || only == $0
    }
    let list = Address.questions(snapshot.id, filter)
    let level: HTMLFragment = problem.group.map { "<span class=\"tag\">\($0)</span>" } ?? .empty
    let content: HTMLFragment = """
      <div class="question-head">
      <h1>Question \(problem.id.rawValue) \(level)</h1>
      \(steps(list))
      </div>
      <dl class="problem card"><div><dt>Question</dt><dd class="text" dir="auto">\(cut(problem.question))</dd></div>
      <div><dt>Reference</dt><dd class="text" dir="auto">\(AnswerText.html(cut(problem.reference)))</dd></div></dl>
      <p class="note">\(Self.key) \(allModels)
      <span class="downloads">All answers as <a href="\(download("csv"))">CSV</a> <a href="\(download("jsonl"))">JSONL</a></span></p>
      <div class="models\(only == nil ? HTMLFragment.empty : " one")" tabindex="0" aria-label="Models side by side">
      \(iterations.map(column))
      </div>
      """
    return PageShell(
      title: "Question \(problem.id.rawValue) · \(snapshot.name) · reversal",
      trail: [
        ("All runs", "/"), (snapshot.name, Address.run(snapshot.id)), ("answers", list),
        (String(problem.id.rawValue.prefix(40)), nil),
      ], kind: "question", content: content
    ).html
  }

  private static let key: HTMLFragment = """
    <b class="equation">Equations</b> that hold are set apart, <b class="equation false">wrong ones</b> underlined; \
    <mark>highlighted</mark> is what at least half of the shown samples of a model have in common.
    """

  private func steps(_ list: String) -> HTMLFragment {
    func step(_ id: String?, _ relation: String, _ label: String) -> HTMLFragment {
      guard let id else { return .empty }
      return
        "<a class=\"button\" rel=\"\(relation)\" href=\"\(Address.question(snapshot.id, id, filter))\">\(label)</a>"
    }
    let position = place.0.map { "\(Decimal.count($0)) of \(Decimal.count(place.of))" } ?? ""
    return """
      <nav class="pager" aria-label="Questions">\(step(previous, "prev", "← Previous")) <span class="note">\(position)</span> \
      \(step(next, "next", "Next →")) <a class="button ghost" rel="up" href="\(list)">List</a></nav>
      """
  }

  private var allModels: HTMLFragment {
    guard only != nil else { return .empty }
    return "<a href=\"\(address(of: nil))\">All models side by side</a>"
  }

  /// This page for one model, or for all.
  private func address(of iteration: Int?) -> String {
    let query = filter.onPage(1).query.setting("id", question.content.problem.id.rawValue)
    return "/runs/\(snapshot.id)/question" + query.setting("m", iteration.map(String.init)).text
  }

  private func cut(_ text: String) -> String {
    text.count > AnswerText.limit ? text.prefix(AnswerText.limit) + "…" : text
  }

  private func download(_ kind: String) -> String {
    "/runs/\(snapshot.id)/answers.\(kind)" + idQuery.text
  }

  private var idQuery: QueryItems {
    var items = QueryItems()
    items["split"] = question.content.split.rawValue
    items["id"] = question.content.problem.id.rawValue
    return items
  }

  // MARK: A model

  private func column(_ iteration: Int) -> HTMLFragment {
    let own = answers.filter { $0.iteration == iteration }
    let greedy = own.first { $0.judged.completion.decoding == .greedy }
    let samples = own.filter { $0.judged.completion.decoding == .sampled }
    let figures = summary.cells.first { $0.iteration == iteration }
    let count = max(figures?.samples ?? 0, samples.count)
    return """
      <section class="model-column" id="m\(iteration)" data-column><h2>\(Phrase.model(iteration))</h2>
      \(greedy.map(greedyCard) ?? "<p class=\"absent\">No greedy answer.</p>")
      \(sampled(samples, count, iteration))
      </section>
      """
  }

  private func greedyCard(_ answer: ObservedAnswer) -> HTMLFragment {
    let look = Wording.outcome(answer.judged.verdict.outcome)
    return """
      <article class="answer greedy \(look.kind)"><p class="outcome"><span>greedy</span> \
      <span class="\(look.kind)">\(look.sign) \(look.word)</span></p>
      \(text(answer, recurring: []))
      <p class="note">\(facts(answer))</p></article>
      """
  }

  private func sampled(_ samples: [ObservedAnswer], _ count: Int, _ iteration: Int) -> HTMLFragment {
    guard !samples.isEmpty else { return "<p class=\"absent\">No samples.</p>" }
    let groups = AnswerGroups(samples)
    let passages = passages(groups)
    let correct = samples.count { $0.judged.isCorrect }
    let cut = count > samples.count ? " The first \(samples.count) of \(count) are shown." : ""
    let chains = groups.groups.reduce(0) { $0 + $1.chains.count { !$0.equations.isEmpty } }
    return """
      <p class="samples-head"><b>\(samples.count) samples</b>, \(correct) correct: \
      \(groups.groups.count) final answers, \(chains) equation chains.\(cut)</p>
      \(groups.groups.prefix(shown.answers).enumerated().map { group($0.element, $0.offset, of: groups.sampleCount, iteration, passages) })
      """
  }

  /// By position of the answer in the run.
  private func passages(_ groups: AnswerGroups) -> [Int64: [Range<String.Index>]] {
    let texts = groups.groups.flatMap(\.chains).flatMap { $0.texts.prefix(shown.texts).map(\.first) }
      .prefix(Self.comparedTexts)
    guard texts.count > 1 else { return [:] }
    let ranges = RecurringPassages(texts.map { cut($0.judged.completion.text) }).ranges
    return Dictionary(zip(texts.map(\.position), ranges)) { first, _ in first }
  }

  private func group(
    _ group: AnswerGroups.Group, _ place: Int, of total: Int, _ iteration: Int,
    _ passages: [Int64: [Range<String.Index>]]
  ) -> HTMLFragment {
    let look = Wording.outcome(group.outcome)
    let share = Double(group.count) / Double(max(1, total))
    let answer = group.answer.map { $0.count > 60 ? $0.prefix(59) + "…" : $0 } ?? look.word
    let open: HTMLFragment = place == 0 || only != nil ? " open" : .empty
    return """
      <details class="group \(look.kind)" id="m\(iteration)-\(place + 1)"\(open)><summary>
      <span class="\(look.kind)" title="\(look.word)">\(look.sign)</span> <span class="final" dir="auto">\(String(answer))</span>
      <span class="count">×\(group.count)</span>
      <svg class="share" viewBox="0 0 40 6" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="40" height="6"/>\
      <rect class="value" width="\(at: 40 * share)" height="6"/></svg></summary>
      \(group.chains.prefix(shown.chains).map { chain($0, iteration, passages) })
      \(more(group.chains.count - shown.chains, "equation chains", iteration))
      </details>
      """
  }

  private func chain(_ chain: AnswerGroups.Chain, _ iteration: Int, _ passages: [Int64: [Range<String.Index>]])
    -> HTMLFragment
  {
    let equations = chain.equations.prefix(12).map { equation -> HTMLFragment in
      EquationMarks.holds(equation[...]) == false
        ? "<b class=\"equation false\">\(equation)</b>" : "<span>\(equation)</span>"
    }
    let steps: HTMLFragment =
      chain.equations.isEmpty
      ? "<span class=\"open\">no equations</span>"
      : HTMLFragment(concatenating: equations.enumerated().map { $0.offset == 0 ? $0.element : " → \($0.element)" })
    let texts = chain.texts.prefix(shown.texts).map { sample, count -> HTMLFragment in
      let number: HTMLFragment = count > 1 ? "<span class=\"count\">same text ×\(count)</span> " : .empty
      return """
        <article class="answer">\(text(sample, recurring: passages[sample.position] ?? []))
        <p class="note">\(number)sample \(sample.judged.completion.sampleIndex) · \(facts(sample))</p></article>
        """
    }
    return """
      <div class="chain"><p class="steps">\(steps) <span class="count">×\(chain.count)</span></p>\(texts)\
      \(more(chain.texts.count - shown.texts, "different texts", iteration))</div>
      """
  }

  private func more(_ count: Int, _ what: String, _ iteration: Int) -> HTMLFragment {
    guard count > 0 else { return .empty }
    let all = only == nil ? address(of: iteration) : download("jsonl")
    return "<p class=\"note\"><a href=\"\(all)\">\(Decimal.count(count)) more \(what)</a></p>"
  }

  private func text(_ answer: ObservedAnswer, recurring: [Range<String.Index>]) -> HTMLFragment {
    let whole = answer.judged.completion.text
    let shown = cut(whole)
    let hidden = answer.byteCount - shown.utf8.count
    let rest: HTMLFragment =
      hidden > 0 && (answer.isCut || shown != whole)
      ? "<p class=\"note\">\(Decimal.count(hidden)) more bytes are in the <a href=\"\(download("jsonl"))\">download</a>.</p>"
      : .empty
    return
      "<div class=\"text\" dir=\"auto\">\(AnswerText.html(shown, recurring: shown == whole ? recurring : []))</div>\(rest)"
  }

  private func facts(_ answer: ObservedAnswer) -> String {
    let completion = answer.judged.completion
    var facts: [String] = []
    if let count = completion.tokenCount { facts.append("\(Decimal.count(count)) tokens") }
    if completion.finishReason == .length { facts.append("cut by the limit") }
    if let logProbability = completion.logProbability { facts.append(Self.probability(logProbability)) }
    return facts.joined(separator: " · ")
  }

  /// Of the whole answer, at temperature 1: `p = 3.2 %`, `p = 4 · 10⁻⁷`.
  static func probability(_ logProbability: Double) -> String {
    guard logProbability.isFinite else { return "p unknown" }
    let p = exp(min(0, logProbability))
    if p >= 0.001 { return "p = " + Decimal.text(p * 100, decimals: p >= 0.1 ? 0 : 1) + "\u{A0}%" }
    let exponent = (min(0, logProbability) / log(10)).rounded(.down)
    let mantissa = pow(10, min(0, logProbability) / log(10) - exponent)
    let digits = String(Int(-exponent)).compactMap { $0.wholeNumberValue }.map {
      ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"][$0]
    }
    return "p = \(Decimal.text(mantissa, decimals: 1)) · 10⁻" + digits.joined()
  }
}
