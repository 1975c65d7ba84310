import Core
import Report
import RunStore

/// The list of questions under a filter, each with what M_1 … M_T answered to it.
enum QuestionsPage {
  static func html(
    _ snapshot: RunSnapshot, _ filter: QuestionFilter, _ page: QuestionPage, _ choices: BrowseIndex.Choices
  ) -> HTMLFragment {
    let content: HTMLFragment = """
      <h1>Answers</h1>
      \(form(snapshot, filter, choices))
      \(head(snapshot, filter, page))
      \(list(snapshot, filter, page, choices))
      \(pager(snapshot, filter, page))
      """
    return PageShell(
      title: "Answers of \(snapshot.name) · reversal",
      trail: [("All runs", "/"), (snapshot.name, Address.run(snapshot.id)), ("answers", nil)], kind: "list",
      content: content
    ).html
  }

  private static func form(
    _ snapshot: RunSnapshot, _ filter: QuestionFilter, _ choices: BrowseIndex.Choices
  ) -> HTMLFragment {
    func select(_ name: String, _ label: String, _ options: [(value: String, label: String)], _ chosen: String?)
      -> HTMLFragment
    {
      let items = options.map { value, label -> HTMLFragment in
        let mark: HTMLFragment = value == (chosen ?? "") ? " selected" : .empty
        return "<option value=\"\(value)\"\(mark)>\(label)</option>"
      }
      return "<label>\(label)<select name=\"\(name)\">\(HTMLFragment(concatenating: items))</select></label>"
    }
    let splits = choices.splits.map { ($0.rawValue, Wording.split($0)) }
    let tasks: HTMLFragment =
      choices.tasks.count > 1
      ? select("task", "task", [("", "all")] + choices.tasks.map { ($0, $0) }, filter.task) : .empty
    let levels: HTMLFragment =
      choices.levels.isEmpty
      ? .empty : select("level", "level", [("", "all")] + choices.levels.map { ($0, $0) }, filter.level)
    let models = choices.iterations.map { (String($0), Phrase.model($0)) }
    return """
      <form class="filters card" method="get" action="\(Address.questions(snapshot.id))" role="search">
      <label class="search">search <input type="search" name="q" value="\(filter.search)" \
      placeholder="words, &quot;a phrase&quot;, begin*" autocomplete="off" spellcheck="false"></label>
      \(select("split", "part", splits.map { ($0.0, $0.1) }, filter.split.rawValue))
      \(tasks)\(levels)
      \(select("set", "questions", [("", "all")] + QuestionFilter.Group.allCases.map { ($0.rawValue, $0.label(nil)) }, filter.group?.rawValue))
      \(select("t", "at model", [("", "last")] + models, filter.iteration.map(String.init)))
      \(select("verdict", "with an answer", [("", "any")] + Verdict.Outcome.allCases.map { ($0.rawValue, Wording.outcome($0).word) }, filter.verdict?.rawValue))
      \(select("sort", "order", QuestionFilter.Order.allCases.map { ($0 == .data ? "" : $0.rawValue, $0.label) }, filter.order == .data ? nil : filter.order.rawValue))
      <button class="button">Show</button>
      </form>
      """
  }

  private static func head(_ snapshot: RunSnapshot, _ filter: QuestionFilter, _ page: QuestionPage) -> HTMLFragment {
    let pages = max(1, (page.count + QuestionFilter.pageSize - 1) / QuestionFilter.pageSize)
    let place = pages > 1 ? ", page \(Decimal.count(filter.page)) of \(Decimal.count(pages))" : ""
    let files = filter.onPage(1).query.text
    let indexing: HTMLFragment =
      snapshot.indexed < snapshot.stored
      ? "<span class=\"note\">Still taking in answers: \(Decimal.text(snapshot.indexShare * 100, decimals: 0)) %.</span>"
      : .empty
    return """
      <p class="list-head"><span><b>\(Phrase.questions(page.count))</b>\(place)</span> \(indexing)
      <span class="downloads">as <a href="/runs/\(snapshot.id)/questions.csv\(files)">CSV</a>
      <a href="/runs/\(snapshot.id)/questions.jsonl\(files)">JSONL</a></span></p>
      """
  }

  private static func list(
    _ snapshot: RunSnapshot, _ filter: QuestionFilter, _ page: QuestionPage, _ choices: BrowseIndex.Choices
  ) -> HTMLFragment {
    guard !page.questions.isEmpty else {
      return """
        <p class="absent">No question is let through. <a href="\(Address.questions(snapshot.id))">Show all</a></p>
        """
    }
    let rows = page.questions.map { question -> HTMLFragment in
      let level: HTMLFragment = question.level.map { "<span class=\"tag\">\($0)</span>" } ?? .empty
      let address = Address.question(snapshot.id, question.id, filter)
      let cells = Dictionary(question.cells.map { ($0.iteration, $0) }) { first, _ in first }
      return """
        <li class="question-row" data-row><div class="question-text"><a href="\(address)" dir="auto">\(question.excerpt)</a>
        <p class="meta"><span class="id">\(question.id)</span> \(level)</p></div>
        <ol class="strip" aria-label="models">\(HTMLFragment(concatenating: choices.iterations.map { cell($0, cells[$0]) }))</ol></li>
        """
    }
    return """
      <p class="note strip-key">For each model: the greedy answer (<span class="correct">✓</span> correct, \
      <span class="wrong">✗</span> not), the share of correct samples as a bar, and the number of different final answers.</p>
      <ol class="questions" data-rows>\(rows)</ol>
      """
  }

  private static func cell(_ iteration: Int, _ figures: CellFigures?) -> HTMLFragment {
    guard let figures else {
      return "<li class=\"cell none\"><span class=\"model\">\(Phrase.model(iteration))</span><span>·</span></li>"
    }
    let greedy: HTMLFragment =
      figures.greedy.map { outcome in
        let look = Wording.outcome(outcome)
        return "<span class=\"\(look.kind)\" title=\"greedy: \(look.word)\">\(look.sign)</span>"
      } ?? "<span class=\"open\" title=\"no greedy answer\">–</span>"
    var samples: HTMLFragment = .empty
    if figures.kept > 0 {
      let share = Double(figures.keptCorrect) / Double(figures.kept)
      let words =
        "\(Phrase.model(iteration)): \(figures.keptCorrect) of \(figures.kept) samples correct, \(figures.answers) different answers"
      samples = """
        <svg class="share" viewBox="0 0 40 6" preserveAspectRatio="none" role="img"><title>\(words)</title>\
        <rect class="track" width="40" height="6"/><rect class="value" width="\(at: 40 * share)" height="6"/></svg>\
        <span class="answers" aria-hidden="true">\(figures.answers)</span>
        """
    }
    return """
      <li class="cell"><span class="model">\(Phrase.model(iteration))</span>\(greedy)\(samples)</li>
      """
  }

  private static func pager(_ snapshot: RunSnapshot, _ filter: QuestionFilter, _ page: QuestionPage) -> HTMLFragment {
    let pages = (page.count + QuestionFilter.pageSize - 1) / QuestionFilter.pageSize
    guard pages > 1 else { return .empty }
    let previous: HTMLFragment =
      filter.page > 1
      ? "<a class=\"button\" rel=\"prev\" href=\"\(Address.questions(snapshot.id, filter.onPage(filter.page - 1)))\">← Previous</a>"
      : .empty
    let next: HTMLFragment =
      filter.page < pages
      ? "<a class=\"button\" rel=\"next\" href=\"\(Address.questions(snapshot.id, filter.onPage(filter.page + 1)))\">Next →</a>"
      : .empty
    return "<nav class=\"pager\" aria-label=\"Pages\">\(previous) \(next)</nav>"
  }
}
