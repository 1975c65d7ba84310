import Core
import Report

/// What each model was trained on, by the difficulty of the questions: one bar an iteration.
enum CompositionSection {
  static func html(_ figures: RunFigures) -> HTMLFragment {
    let parts = [
      part(
        figures.compositionByAccuracy, title: "By M₁'s accuracy on the question",
        note: "Rows whose question M₁ solves in so many of its samples; the hardest on the left."),
      part(figures.compositionByLevel, title: "By the data's own levels", note: "Rows by the level of their question."),
    ].compactMap { $0 }
    guard !parts.isEmpty else { return .empty }
    return "<section><h2>Training sets by difficulty</h2><div class=\"panels\">\(parts)</div></section>"
  }

  private static func part(_ compositions: [RunFigures.Composition], title: String, note: String) -> HTMLFragment? {
    guard let names = compositions.first?.bins.map(\.name), !names.isEmpty else { return nil }
    let bars = compositions.map { composition -> HTMLFragment in
      let total = composition.bins.reduce(0) { $0 + $1.rows }
      var left = 0.0
      let pieces = composition.bins.enumerated().map { place, bin -> HTMLFragment in
        let width = total > 0 ? 100 * Double(bin.rows) / Double(total) : 0
        defer { left += width }
        let share = Quantity.share.value(width / 100)
        return """
          <rect class="\(colour(place, of: names.count))" x="\(at: left)" y="0" width="\(at: width)" height="10">\
          <title>\(bin.name): \(Decimal.count(bin.rows)) rows, \(share)</title></rect>
          """
      }
      let words = composition.bins.map { "\($0.name) \($0.rows)" }.joined(separator: ", ")
      return """
        <div class="stack"><span>\(Phrase.model(composition.iteration))</span>\
        <svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img"><title>\(words)</title>\(pieces)</svg>\
        <span class="note">\(Decimal.count(total)) rows</span></div>
        """
    }
    let key = names.enumerated().map { place, name -> HTMLFragment in
      """
      <li><svg class="chip" viewBox="0 0 10 10" aria-hidden="true">\
      <rect class="\(colour(place, of: names.count))" width="10" height="10"/></svg>\(name)</li>
      """
    }
    return """
      <section class="card panel"><h3>\(title)</h3><ul class="legend">\(key)</ul>\(bars)<p class="note">\(note)</p></section>
      """
  }

  private static func colour(_ place: Int, of count: Int) -> HTMLFragment {
    let colours: [HTMLFragment] = ["fill o1", "fill o2", "fill o3", "fill o4", "fill o5"]
    return colours[count <= 1 ? colours.count - 1 : min(colours.count - 1, place * (colours.count - 1) / (count - 1))]
  }
}
