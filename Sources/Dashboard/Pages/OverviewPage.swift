import Core
import Report
import RunStore

/// All runs: a card for each, and their curves side by side.
enum OverviewPage {
  static func html(_ snapshots: [RunSnapshot]) -> HTMLFragment {
    PageShell(
      title: "Runs · reversal", trail: [("All runs", nil)], kind: "runs", live: "/live", content: live(snapshots)
    ).html
  }

  /// The part that is replaced when a run changes.
  static func live(_ snapshots: [RunSnapshot]) -> HTMLFragment {
    """
    <div id="live">
    <h1>Runs</h1>
    <p class="lead">\(summary(snapshots))</p>
    <div class="cards" data-rows>\(snapshots.enumerated().map { card($0.element, $0.offset) })</div>
    \(curves(snapshots))
    </div>
    """
  }

  private static func summary(_ snapshots: [RunSnapshot]) -> String {
    let running = snapshots.count { $0.state == .running }
    return "\(snapshots.count) runs, \(running) of them running."
  }

  private static func card(_ snapshot: RunSnapshot, _ place: Int) -> HTMLFragment {
    let manifest = snapshot.manifest
    let last = snapshot.figures.iterations.last { $0.greedy.count > 0 }
    let first = snapshot.figures.iterations.first { $0.iteration == 1 }
    let verdict: HTMLFragment = snapshot.audit.map(Wording.verdict) ?? .empty
    let alert: HTMLFragment =
      snapshot.alerts.first.map { "<p class=\"alert \(severity($0))\">\($0.text)</p>" } ?? .empty
    return """
      <article class="card run-card" data-row>
      <h2><a href="\(Address.run(snapshot.id))">\(snapshot.name)</a></h2>
      <p class="meta">\(manifest.method) on \(manifest.task), T = \(manifest.iterations), seed \(String(manifest.seed))</p>
      <p class="pills">\(Wording.state(snapshot)) \(verdict)</p>
      \(Wording.progress(snapshot.share, "progress of the run"))
      <dl class="facts">
      <div><dt>pass@1</dt><dd>\(Wording.percent(last?.greedy.value))</dd></div>
      <div><dt>since M₁</dt><dd>\(change(first?.greedy.value, last?.greedy.value))</dd></div>
      <div><dt>distinct-n, correct</dt><dd>\(Wording.index(snapshot.figures.iterations.last { $0.distinctCorrect != nil }?.distinctCorrect))</dd></div>
      </dl>
      \(alert)
      </article>
      """
  }

  static func severity(_ alert: Alert) -> HTMLFragment { alert.severity == .severe ? "severe" : "notable" }

  static func change(_ from: Double?, _ to: Double?) -> String {
    guard let from, let to else { return Phrase.undefined }
    return Quantity.share.change(to - from)
  }

  private static func curves(_ snapshots: [RunSnapshot]) -> HTMLFragment {
    guard snapshots.count > 1 else { return .empty }
    func lines(_ quantity: Quantity, _ value: (RunFigures.Iteration) -> Estimate?) -> [ReportParts.Line] {
      snapshots.enumerated().map { place, snapshot in
        ReportParts.Line(
          snapshot.name, .palette(place), quantity,
          points: snapshot.figures.iterations.map { ($0.iteration, Phrase.model($0.iteration), value($0)) })
      }
    }
    let panels = [
      RunCharts.panel(
        "pass@1, greedy", "pass@1 (%)", lines(.share) { $0.greedy.estimate }, within: 0...100, span: 10),
      RunCharts.panel(
        "Diversity of correct answers", "distinct-n", lines(.index) { RunCharts.bare($0.distinctCorrect) },
        within: 0...1, span: 0.1),
      RunCharts.panel("Length", "tokens a sample", lines(.index) { RunCharts.bare($0.tokens) }, within: nil, span: 10),
    ].compactMap { $0 }
    return "<section><h2>Side by side</h2><div class=\"panels small\">\(panels)</div></section>"
  }
}
