/// One numbered figure: panels of the same kind under a title, or the sentence that says why there are none.
struct Figure {
  struct Panel {
    let title: String?
    let content: Content
    /// What this panel shows that the eye may miss.
    let note: String?

    enum Content {
      case chart(LineChart, ownLegend: Bool)
      /// Why there is nothing to draw.
      case absent(String)
    }

    init(_ title: String?, _ chart: LineChart, ownLegend: Bool = false, note: String? = nil) {
      self.title = title
      content = .chart(chart, ownLegend: ownLegend)
      self.note = note
    }

    init(_ title: String?, absent reason: String) {
      self.title = title
      content = .absent(reason)
      note = nil
    }

    var hasChart: Bool { if case .chart = content { true } else { false } }
  }

  struct Group {
    let title: String?
    let panels: [Panel]
  }

  let title: String
  /// How to read it, in one or two sentences.
  let caption: String
  /// The runs' key, where the panels share it.
  let legend: [StyledRun]
  let groups: [Group]
  /// Why there is no figure, shown when no panel has a chart.
  let absence: String

  func html(number: Int) -> HTMLFragment {
    guard groups.contains(where: { $0.panels.contains(where: \.hasChart) }) else {
      return """
        <section class="figure"><h3>Figure \(number). \(title)</h3>
        <p class="absent">\(absence)</p></section>
        """
    }
    let key: HTMLFragment = legend.isEmpty ? .empty : Legend(legend).html
    return """
      <figure class="figure"><h3>Figure \(number). \(title)</h3>
      \(key)
      \(groups.map(Self.html))
      <figcaption>\(caption)</figcaption></figure>
      """
  }

  private static func html(_ group: Group) -> HTMLFragment {
    let heading: HTMLFragment = group.title.map { "<h4>\($0)</h4>" } ?? .empty
    let isSmall = group.panels.contains { panel in
      if case .chart(let chart, _) = panel.content { chart.size == .small } else { false }
    }
    let size: HTMLFragment = isSmall ? " small" : .empty
    return """
      \(heading)<div class="panels\(size)">
      \(group.panels.map(Self.html))
      </div>
      """
  }

  private static func html(_ panel: Panel) -> HTMLFragment {
    let title: HTMLFragment = panel.title.map { "<h5>\($0)</h5>" } ?? .empty
    let note: HTMLFragment = panel.note.map { "<p class=\"note\">\($0)</p>" } ?? .empty
    switch panel.content {
    case .chart(let chart, let ownLegend):
      let key: HTMLFragment = ownLegend ? Legend(chart.series).html : .empty
      return "<div class=\"panel\">\(title)\n\(chart.svg)\n\(key)\(note)</div>"
    case .absent(let reason):
      return "<div class=\"panel\">\(title)<p class=\"absent\">\(reason)</p></div>"
    }
  }
}
