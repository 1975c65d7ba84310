/// A table whose first column names its rows.
struct Table {
  let caption: String?
  let columns: [String]
  let rows: [[HTMLFragment]]
  /// Numbers are set to the right in figures of equal width.
  let isNumeric: Bool

  init(caption: String? = nil, columns: [String], rows: [[HTMLFragment]], isNumeric: Bool = true) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.isNumeric = isNumeric
  }

  var html: HTMLFragment {
    let head = columns.map { "<th scope=\"col\">\($0)</th>" as HTMLFragment }
    let body = rows.map { row -> HTMLFragment in
      let cells = row.enumerated().map { index, cell -> HTMLFragment in
        index == 0 ? "<th scope=\"row\">\(cell)</th>" : "<td>\(cell)</td>"
      }
      return "<tr>\(HTMLFragment(concatenating: cells))</tr>"
    }
    let title: HTMLFragment = caption.map { "<caption>\($0)</caption>" } ?? .empty
    let kind: HTMLFragment = isNumeric ? "numbers" : "words"
    return """
      <div class="scroll" tabindex="0"><table class="\(kind)">\(title)
      <thead><tr>\(HTMLFragment(concatenating: head))</tr></thead>
      <tbody>
      \(body)
      </tbody></table></div>
      """
  }
}
