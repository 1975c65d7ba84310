/// An answer with its equations and its recurring passages marked.
package struct AnnotatedText: Sendable {
  package struct Segment: Sendable, Hashable {
    package let text: String
    package let isEquation: Bool
    package let isRecurring: Bool
  }

  package let segments: [Segment]

  /// - Parameter recurring: Disjoint ranges of `text` in ascending order.
  package init(_ text: String, recurring: [Range<String.Index>] = []) {
    let equations = Self.equations(in: text)
    let edges = Set(
      (equations + recurring).flatMap { [$0.lowerBound, $0.upperBound] } + [text.startIndex, text.endIndex]
    )
    .sorted()
    segments = zip(edges, edges.dropFirst()).map { start, end in
      Segment(
        text: String(text[start..<end]), isEquation: equations.contains { $0.contains(start) },
        isRecurring: recurring.contains { $0.contains(start) })
    }
  }

  var html: HTMLFragment {
    HTMLFragment(
      concatenating: segments.map { segment in
        let text: HTMLFragment = segment.isEquation ? "<b class=\"equation\">\(segment.text)</b>" : "\(segment.text)"
        return segment.isRecurring ? "<mark>\(text)</mark>" : text
      })
  }

  /// GSM8K's calculator marks `<<48/2=24>>`, on one line and not nested.
  private static func equations(in text: String) -> [Range<String.Index>] {
    var found: [Range<String.Index>] = []
    var open: String.Index?
    var position = text.startIndex
    while position < text.endIndex {
      let rest = text[position...]
      if rest.hasPrefix("<<") {
        open = position
        position = text.index(position, offsetBy: 2)
      } else if let start = open, rest.hasPrefix(">>") {
        position = text.index(position, offsetBy: 2)
        found.append(start..<position)
        open = nil
      } else {
        if text[position].isNewline { open = nil }
        position = text.index(after: position)
      }
    }
    return found
  }
}
