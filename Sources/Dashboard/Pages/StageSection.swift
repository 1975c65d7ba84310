import Core
import Report
import RunStore

/// Every stage of every iteration as a field of a table.
enum StageSection {
  static func html(_ snapshot: RunSnapshot) -> HTMLFragment {
    let stages = Stage.allCases.filter { stage in snapshot.progress.stages.contains { $0.key.stage == stage } }
    let head = stages.map { "<th scope=\"col\">\($0.shortTitle)</th>" as HTMLFragment }
    let rows = (1...snapshot.manifest.iterations).map { iteration -> HTMLFragment in
      let cells = stages.map { field(snapshot, StageKey(iteration, $0)) }
      return "<tr><th scope=\"row\">\(Phrase.model(iteration))</th>\(HTMLFragment(concatenating: cells))</tr>"
    }
    return """
      <section><h2>Stages</h2><div class="scroll card" tabindex="0"><table class="numbers stages">
      <thead><tr><th scope="col">model</th>\(HTMLFragment(concatenating: head))</tr></thead>
      <tbody>\(rows)</tbody></table></div></section>
      """
  }

  private static func field(_ snapshot: RunSnapshot, _ key: StageKey) -> HTMLFragment {
    guard let record = snapshot.progress.stages.first(where: { $0.key == key }) else {
      return "<td class=\"open\">·</td>"
    }
    if record.isFinished {
      return "<td class=\"better\"><span aria-label=\"done\">✓</span> \(Decimal.count(record.done)) \(record.unit)</td>"
    }
    if record.key == snapshot.currentStage?.key, let current = snapshot.currentDone {
      let total = current.total.map(Decimal.count) ?? "?"
      return "<td class=\"current\">\(Decimal.count(current.done)) of \(total) \(record.unit)</td>"
    }
    return "<td class=\"open\">–</td>"
  }
}
