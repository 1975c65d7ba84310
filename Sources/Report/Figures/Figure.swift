/// One numbered figure: panels of the same kind under a title, or the sentence that says why there are none.
struct Figure: Sendable {
  struct Panel: Sendable {
    let title: String?
    let content: Content
    /// What this panel shows that the eye may miss.
    let note: String?

    enum Content: Sendable {
      case chart(any Chart, ownLegend: Bool)
      /// Why there is nothing to draw.
      case absent(String)
    }

    init(_ title: String?, _ chart: any Chart, ownLegend: Bool = false, note: String? = nil) {
      self.title = title
      content = .chart(chart, ownLegend: ownLegend)
      self.note = note
    }

    init(_ title: String?, absent reason: String) {
      self.title = title
      content = .absent(reason)
      note = nil
    }

    var chart: (any Chart)? { if case .chart(let chart, _) = content { chart } else { nil } }
  }

  struct Group: Sendable {
    let title: String?
    let panels: [Panel]
  }

  /// What stands below a figure.
  struct Caption: Sendable {
    /// What is drawn.
    let shown: String
    /// How the numbers came about.
    let computed: String
    /// What these numbers say, a sentence each.
    let findings: [String]
  }

  let title: String
  let caption: Caption
  /// The runs' key, where the panels share it.
  let legend: [RunGroup]
  let groups: [Group]
  /// Why there is no figure, shown when no panel has a chart.
  let absence: String

  var isDrawn: Bool { groups.contains { $0.panels.contains { $0.chart != nil } } }

  func html(number: Int) -> HTMLFragment {
    guard isDrawn else {
      return """
        <section class="figure" id="figure-\(number)"><h3>Figure \(number). \(title)</h3>
        <p class="absent">\(absence)</p></section>
        """
    }
    let key: HTMLFragment = legend.isEmpty ? .empty : Legend(legend).html
    let data = FigureData(self)
    return """
      <figure class="figure" id="figure-\(number)"><h3>Figure \(number). \(title)</h3>
      \(key)
      \(groups.enumerated().map { html($0.element, id: "f\(number)-\($0.offset + 1)") })
      <figcaption><p>\("\(caption.shown) \(caption.computed)".replacing(" %", with: "\u{A0}%"))</p>\(findings)</figcaption>
      <div class="data"><details><summary>Figure \(number) as a table</summary>
      \(data.table.html)</details> \(Download.link("Figure \(number) as CSV", file: "figure-\(number).csv", csv: data.csv))</div>
      </figure>
      """
  }

  /// A sentence in a line, several in a list.
  private var findings: HTMLFragment {
    switch caption.findings.count {
    case 0: .empty
    case 1: "\n<p class=\"findings\"><strong>Reading.</strong> \(caption.findings[0])</p>"
    default:
      """

      <p class="findings"><strong>Reading.</strong></p>
      <ul class="findings">
      \(caption.findings.map { "<li>\($0)</li>" as HTMLFragment })
      </ul>
      """
    }
  }

  private func html(_ group: Group, id: String) -> HTMLFragment {
    let heading: HTMLFragment = group.title.map { "<h4>\($0)</h4>" } ?? .empty
    let isSmall = group.panels.contains { $0.chart?.size == .small }
    // Four stand two by two.
    let size: HTMLFragment = !isSmall ? .empty : group.panels.count == 4 ? " small four" : " small"
    return """
      \(heading)<div class="panels\(size)">
      \(group.panels.enumerated().map { Self.html($0.element, id: "\(id)-\($0.offset + 1)") })
      </div>
      """
  }

  private static func html(_ panel: Panel, id: String) -> HTMLFragment {
    let title: HTMLFragment = panel.title.map { "<h5>\($0)</h5>" } ?? .empty
    let note: HTMLFragment = panel.note.map { "<p class=\"note\">\($0)</p>" } ?? .empty
    switch panel.content {
    case .chart(let chart, let ownLegend):
      let key: HTMLFragment = ownLegend ? chart.legend.html : .empty
      return "<div class=\"panel\">\(title)\n\(key)\n\(chart.svg(id: id))\n\(note)</div>"
    case .absent(let reason):
      return "<div class=\"panel\">\(title)<p class=\"absent\">\(reason)</p></div>"
    }
  }
}
