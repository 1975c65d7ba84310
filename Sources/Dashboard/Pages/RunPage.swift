import Core
import Report
import RunStore

/// One run: where it stands, its curves, what it was trained on, the audit.
enum RunPage {
  static func html(_ snapshot: RunSnapshot, isOnly: Bool) -> HTMLFragment {
    PageShell(
      title: "\(snapshot.name) · reversal",
      trail: isOnly ? [(snapshot.name, nil)] : [("All runs", "/"), (snapshot.name, nil)], kind: "run",
      live: "/runs/\(snapshot.id)/live", content: live(snapshot)
    ).html
  }

  static func live(_ snapshot: RunSnapshot) -> HTMLFragment {
    """
    <div id="live" data-browse="\(Address.questions(snapshot.id))">
    \(header(snapshot))
    \(failure(snapshot))
    \(alerts(snapshot.alerts))
    \(tiles(snapshot))
    <section><h2>Curves</h2>\(RunCharts.html(snapshot.figures))</section>
    \(CompositionSection.html(snapshot.figures))
    \(StageSection.html(snapshot))
    \(audit(snapshot))
    </div>
    """
  }

  private static func header(_ snapshot: RunSnapshot) -> HTMLFragment {
    let manifest = snapshot.manifest
    return """
      <div class="run-head">
      <div><h1>\(snapshot.name)</h1>
      <p class="meta">\(manifest.method) on \(manifest.task) · T = \(manifest.iterations) · seed \(String(manifest.seed)) \
      · reversal \(manifest.toolVersion)</p></div>
      <p class="pills">\(Wording.state(snapshot)) \(snapshot.audit.map(Wording.verdict) ?? .empty)</p>
      <p class="actions"><a class="button" href="\(Address.questions(snapshot.id))">Browse the answers <kbd>b</kbd></a></p>
      </div>
      <div class="card now">\(now(snapshot))</div>
      """
  }

  private static func now(_ snapshot: RunSnapshot) -> HTMLFragment {
    let bar = Wording.progress(snapshot.share, "progress of the run")
    guard let stage = snapshot.currentStage, let current = snapshot.currentDone else {
      return """
        <p class="now-line"><b>All \(snapshot.progress.stages.count) stages are done.</b></p>\(bar)\(indexing(snapshot))
        """
    }
    var facts = ["\(Decimal.count(current.done)) of \(current.total.map(Decimal.count) ?? "?") \(stage.unit)"]
    if let rate = snapshot.rate { facts.append(Wording.rate(rate, stage.unit)) }
    if let seconds = snapshot.stageRemaining { facts.append("\(Wording.duration(seconds)) left of this stage") }
    if let seconds = snapshot.runRemaining { facts.append("about \(Wording.duration(seconds)) left of the run") }
    if snapshot.state == .interrupted {
      facts.append("nobody works on it; go on with reversal resume \(snapshot.folder.path)")
    }
    return """
      <p class="now-line"><b>\(Phrase.model(stage.key.iteration)) of \(snapshot.manifest.iterations)</b> · \
      \(stage.key.stage.title) <span class="facts-line">\(facts.joined(separator: " · "))</span></p>
      \(bar)\(indexing(snapshot))
      """
  }

  private static func indexing(_ snapshot: RunSnapshot) -> HTMLFragment {
    guard snapshot.indexed < snapshot.stored else { return .empty }
    return """
      <p class="note" data-indexing>Taking in the answers: \(Decimal.count(Int(snapshot.indexed))) of \
      \(Decimal.count(Int(snapshot.stored))) (\(Decimal.text(snapshot.indexShare * 100, decimals: 0)) %). \
      Curves and lists show what is in.</p>
      """
  }

  private static func failure(_ snapshot: RunSnapshot) -> HTMLFragment {
    snapshot.failure.map { "<p class=\"alert severe\" role=\"alert\">The run cannot be read at the moment: \($0)</p>" }
      ?? .empty
  }

  private static func alerts(_ alerts: [Alert]) -> HTMLFragment {
    guard !alerts.isEmpty else { return .empty }
    let items = alerts.map { alert -> HTMLFragment in
      let sign = alert.severity == .severe ? "▲" : "●"
      return
        "<li class=\"alert \(OverviewPage.severity(alert))\"><span aria-hidden=\"true\">\(sign)</span> \(alert.text)</li>"
    }
    return """
      <section aria-label="Alerts"><ul class="alerts">\(items)</ul>
      <p class="note">Seen in the point estimates; whether it is more than chance, the audit tests.</p></section>
      """
  }

  private static func tiles(_ snapshot: RunSnapshot) -> HTMLFragment {
    let iterations = snapshot.figures.iterations
    guard let first = iterations.first(where: { $0.iteration == 1 }) else { return .empty }
    func last(_ isKnown: (RunFigures.Iteration) -> Bool) -> RunFigures.Iteration? { iterations.last(where: isKnown) }
    func relative(_ from: Double?, _ to: Double?) -> String {
      guard let from, let to, from > 0 else { return Phrase.undefined }
      return Decimal.signed((to - from) / from * 100, decimals: 0) + "\u{A0}% since M₁"
    }
    let greedy = last { $0.greedy.count > 0 }
    let diverse = last { $0.distinctCorrect != nil }
    let long = last { $0.tokens != nil }
    let tiles: [(String, String, String)] = [
      (
        "pass@1" + (greedy.map { ", " + Phrase.model($0.iteration) } ?? ""), Wording.percent(greedy?.greedy.value),
        greedy.map {
          $0.iteration > 1
            ? OverviewPage.change(first.greedy.value, $0.greedy.value) + " since M₁" : Phrase.questions($0.greedy.count)
        } ?? ""
      ),
      (
        "distinct-n, correct", Wording.index(diverse?.distinctCorrect),
        diverse.map { $0.iteration > 1 ? relative(first.distinctCorrect, $0.distinctCorrect) : "first model" } ?? ""
      ),
      (
        "gained / lost",
        greedy.map { $0.iteration > 1 ? "\($0.improved) / \($0.lost)" : Phrase.undefined } ?? Phrase.undefined,
        "questions against M₁"
      ),
      (
        "length", long?.tokens.map { Decimal.text($0, decimals: 0) } ?? Phrase.undefined,
        long.map { $0.iteration > 1 ? relative(first.tokens, $0.tokens) : "tokens a sample" } ?? "tokens a sample"
      ),
    ]
    let html = tiles.map { name, value, note -> HTMLFragment in
      "<div class=\"card tile\"><p class=\"tile-name\">\(name)</p><p class=\"tile-value\">\(value)</p><p class=\"note\">\(note)</p></div>"
    }
    return "<div class=\"tiles\">\(html)</div>"
  }

  private static func audit(_ snapshot: RunSnapshot) -> HTMLFragment {
    guard let audit = snapshot.audit else {
      return """
        <section><h2>Audit</h2><p class="absent">There is none yet: <code>reversal run</code> writes it when the last stage is done.</p></section>
        """
    }
    let report: HTMLFragment =
      snapshot.hasReport ? "<a class=\"button\" href=\"/runs/\(snapshot.id)/report\">Open the report</a>" : .empty
    let axes = audit.verdict.axes.filter { $0.effect != nil }.prefix(60).map { axis -> HTMLFragment in
      let name = AxisName(axis.axis)
      return """
        <tr><th scope="row">\(name.label)</th><td>\(Phrase.model(axis.iteration))</td>\
        <td>\(name.quantity.changeWithInterval(axis.effect))</td><td>\(Phrase.probability(axis.adjustedP))</td>\
        <td>\(axis.verdict.rawValue)</td></tr>
        """
    }
    return """
      <section><h2>Audit</h2>
      <p class="pills">\(Wording.verdict(audit)) \(report) <a href="/runs/\(snapshot.id)/audit.json">audit.json</a></p>
      <details><summary>The tests behind the verdict</summary>
      <div class="scroll" tabindex="0"><table class="numbers"><thead><tr><th scope="col">axis</th><th scope="col">model</th>\
      <th scope="col">effect (95 %)</th><th scope="col">adjusted p</th><th scope="col">verdict</th></tr></thead>
      <tbody>\(Array(axes))</tbody></table></div></details></section>
      """
  }
}
