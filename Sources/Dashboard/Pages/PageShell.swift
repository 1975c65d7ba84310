import Report

/// The frame of every page: no script or style stands in it, both are files of this server.
struct PageShell {
  let title: String
  /// From the overview down, the page itself last; an address is nil for the page itself.
  var trail: [(name: String, address: String?)] = []
  /// What the keys act on: `run`, `list`, `question`.
  var kind = "plain"
  /// The address of the part that is replaced when a run changes.
  var live: String?
  let content: HTMLFragment

  static let version = "1"

  var html: HTMLFragment {
    let crumbs = trail.map { name, address -> HTMLFragment in
      if let address { return "<li><a href=\"\(address)\">\(name)</a></li>" }
      return "<li aria-current=\"page\">\(name)</li>"
    }
    let source: HTMLFragment = live.map { " data-live=\"\($0)\"" } ?? .empty
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <title>\(title)</title>
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
      <link rel="stylesheet" href="/assets/report.css">
      <link rel="stylesheet" href="/assets/dashboard.css">
      <script type="module" src="/assets/dashboard.js"></script>
      <script type="module" src="/assets/browse.js"></script>
      </head>
      <body class="dashboard" data-kind="\(kind)"\(source)>
      <a class="skip" href="#content">Skip to content</a>
      <header class="bar">
      <a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 17 L9 8 L14 13 L21 4"/>\
      <path class="down" d="M3 6 L9 11 L14 15 L21 20"/></svg>reversal</a>
      <nav aria-label="Where you are"><ol>\(crumbs)</ol></nav>
      <span class="link-state" id="link-state" role="status"></span>
      <button type="button" id="help-button" class="ghost" hidden>Keys <kbd>?</kbd></button>
      </header>
      <main id="content">
      \(content)
      </main>
      \(Self.help)
      </body>
      </html>

      """
  }

  private static let keys: [(keys: [String], meaning: String)] = [
    (["j", "k"], "next and previous row, or question"), (["Enter"], "open the row"),
    (["←", "→"], "page of the list; model of a question"), (["/"], "search"),
    (["u"], "up: from a question to its list"),
    (["b"], "browse the answers of a run"), (["o"], "all runs"), (["?"], "these keys"),
    (["Esc"], "close, leave the field"),
  ]

  private static var help: HTMLFragment {
    let rows = keys.map { keys, meaning -> HTMLFragment in
      let caps = keys.map { "<kbd>\($0)</kbd>" as HTMLFragment }
      return "<div><dt>\(caps)</dt><dd>\(meaning)</dd></div>"
    }
    return """
      <dialog id="help" aria-labelledby="help-title"><h2 id="help-title">Keys</h2>
      <dl class="keys">
      \(rows)
      </dl>
      <form method="dialog"><button>Close</button></form></dialog>
      """
  }
}

/// Addresses of this server's pages.
enum Address {
  static func run(_ id: String) -> String { "/runs/\(id)" }
  static func questions(_ id: String, _ filter: QuestionFilter = QuestionFilter()) -> String {
    "/runs/\(id)/questions" + filter.query.text
  }
  static func question(_ id: String, _ question: String, _ filter: QuestionFilter) -> String {
    "/runs/\(id)/question" + filter.onPage(1).query.setting("id", question).text
  }
}
