import Report

/// An answer as it is shown: its equations marked, wrong ones underlined, and what samples have in common highlighted.
enum AnswerText {
  /// Characters shown; what is beyond is said and can be downloaded.
  static let limit = 4_000

  static func html(_ text: String, recurring: [Range<String.Index>] = []) -> HTMLFragment {
    let equations = EquationMarks(text).marks
    let edges = Set(
      (equations.map(\.range) + recurring).flatMap { [$0.lowerBound, $0.upperBound] } + [
        text.startIndex, text.endIndex,
      ]
    ).sorted()
    // Both lists are ascending and disjoint: one walk over each.
    var equation = equations[...]
    var passage = recurring[...]
    return HTMLFragment(
      concatenating: zip(edges, edges.dropFirst()).map { start, end in
        while let first = equation.first, first.range.upperBound <= start { equation = equation.dropFirst() }
        while let first = passage.first, first.upperBound <= start { passage = passage.dropFirst() }
        var piece = HTMLFragment(String(text[start..<end]))
        if let mark = equation.first, mark.range.contains(start) {
          switch mark.holds {
          case true?: piece = "<b class=\"equation\">\(piece)</b>"
          case false?: piece = "<b class=\"equation false\" title=\"the arithmetic does not hold\">\(piece)</b>"
          case nil: piece = "<b class=\"equation unread\">\(piece)</b>"
          }
        }
        if let range = passage.first, range.contains(start) { piece = "<mark>\(piece)</mark>" }
        return piece
      })
  }
}
