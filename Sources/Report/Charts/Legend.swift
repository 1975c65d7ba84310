/// The key to a chart's series, outside the drawing so that it wraps and never covers data.
struct Legend: Sendable {
  let entries: [(name: String, style: SeriesStyle)]
  /// Of areas rather than lines.
  var isFilled = false

  init(_ series: [Series]) { entries = series.filter { !$0.isEmpty && $0.isListed }.map { ($0.name, $0.style) } }

  init(_ groups: [RunGroup]) { entries = groups.map { ($0.label, $0.style) } }

  init(areas: [(name: String, style: SeriesStyle)]) {
    entries = areas
    isFilled = true
  }

  var html: HTMLFragment {
    let items = entries.map { name, style -> HTMLFragment in
      let dash: HTMLFragment = style.dash.map { " stroke-dasharray=\"\($0)\"" } ?? .empty
      let fill: HTMLFragment = style.isHollow ? " hollow" : .empty
      let weight: HTMLFragment = style.isBackground ? " background" : .empty
      if isFilled {
        return """
          <li><svg class="swatch" viewBox="0 0 34 12" aria-hidden="true"><rect class="area \(style.colour)" x="8" y="0" \
          width="18" height="12"/></svg>\(name)</li>
          """
      }
      return """
        <li><svg class="swatch" viewBox="0 0 34 12" aria-hidden="true"><g class="series \(style.colour)\(fill)\(weight)">\
        <path class="line" d="M1,6H33"\(dash)/><path class="marker" d="\(style.markerPath(x: 17, y: 6, radius: 3.6))"/>\
        </g></svg>\(name)</li>
        """
    }
    return "<ul class=\"legend\">\(items)</ul>"
  }
}
