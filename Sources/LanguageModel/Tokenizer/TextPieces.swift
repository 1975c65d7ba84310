/// A text and the pieces into which pre-tokenizers have cut it so far.
struct TextPieces: Sendable {
  /// What becomes of the places where a pattern matches (`behavior` of a Split).
  enum SplitBehavior: String, Sendable {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"
  }

  private(set) var text: [UInt8]
  /// In the order of the text; none is empty.
  private(set) var pieces: [Range<Int>]

  /// The whole text as one piece.
  init(_ text: [UInt8]) {
    self.text = text
    pieces = text.isEmpty ? [] : [0..<text.count]
  }

  /// Cuts every piece at what `matches` finds in it: ranges of the text, in order, without overlap.
  mutating func split(
    _ behavior: SplitBehavior, inverted: Bool = false, at matches: ([UInt8], Range<Int>) -> [Range<Int>]
  ) {
    var cut: [Range<Int>] = []
    cut.reserveCapacity(text.count / 4)
    for piece in pieces {
      let found = matches(text, piece)
      if behavior == .isolated {
        // Which side is the match makes no difference; this is what nearly all tokenizers ask for.
        var start = piece.lowerBound
        for match in found {
          if start < match.lowerBound { cut.append(start..<match.lowerBound) }
          if !match.isEmpty { cut.append(match) }
          start = match.upperBound
        }
        if start < piece.upperBound { cut.append(start..<piece.upperBound) }
      } else {
        Self.append(Self.parts(of: piece, found, inverted: inverted), behavior, to: &cut)
      }
    }
    pieces = cut
  }

  private typealias Part = (range: Range<Int>, isMatch: Bool)

  private static func parts(of piece: Range<Int>, _ matches: [Range<Int>], inverted: Bool) -> [Part] {
    var parts: [Part] = []
    var start = piece.lowerBound
    for match in matches {
      if start < match.lowerBound { parts.append((start..<match.lowerBound, inverted)) }
      parts.append((match, !inverted))
      start = match.upperBound
    }
    if start < piece.upperBound { parts.append((start..<piece.upperBound, inverted)) }
    return parts
  }

  private static func append(_ parts: [Part], _ behavior: SplitBehavior, to cut: inout [Range<Int>]) {
    var joined: [Range<Int>] = []
    switch behavior {
    case .isolated: joined = parts.map(\.range)
    case .removed: joined = parts.filter { !$0.isMatch }.map(\.range)
    case .contiguous, .mergedWithPrevious:
      var wasMatch = false
      for part in parts {
        let joins = behavior == .contiguous ? part.isMatch == wasMatch : part.isMatch && !wasMatch
        if joins, let last = joined.popLast() {
          joined.append(last.lowerBound..<part.range.upperBound)
        } else {
          joined.append(part.range)
        }
        wasMatch = part.isMatch
      }
    case .mergedWithNext:
      var wasMatch = false
      for part in parts.reversed() {
        if part.isMatch, !wasMatch, let last = joined.popLast() {
          joined.append(part.range.lowerBound..<last.upperBound)
        } else {
          joined.append(part.range)
        }
        wasMatch = part.isMatch
      }
      joined.reverse()
    }
    cut += joined.filter { !$0.isEmpty }
  }

  /// Writes every piece anew.
  ///
  /// - Parameter rewrite: appends what takes the place of a piece; told whether it is the first.
  mutating func rewrite(_ rewrite: (_ text: [UInt8], _ piece: Range<Int>, _ isFirst: Bool, inout [UInt8]) -> Void) {
    var written: [UInt8] = []
    written.reserveCapacity(text.count + pieces.count + 16)
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(pieces.count)
    for (number, piece) in pieces.enumerated() {
      let start = written.count
      rewrite(text, piece, number == 0, &written)
      if written.count > start { ranges.append(start..<written.count) }
    }
    text = written
    pieces = ranges
  }
}
