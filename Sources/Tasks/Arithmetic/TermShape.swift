import Randomness

/// How a sum of groups and single numbers comes to a wanted number of operations.
struct TermShape: Sendable, Hashable {
  /// Terms added up, of which the first `groupCount` are groups (one multiplication each).
  let termCount: Int
  let groupCount: Int
  /// Further additions or subtractions outside the sum.
  let extraCount: Int

  /// A shape of exactly `steps` operations, groups included where possible; nil where there is none.
  static func draw(_ steps: Int, largestTermCount: Int, _ stream: inout RandomStream) -> TermShape? {
    var shapes: [TermShape] = []
    for termCount in 1...largestTermCount {
      for groupCount in 0...termCount {
        let extraCount = steps - groupCount - (termCount - 1)
        // A sum of single numbers only is a chain, which is a family of its own.
        guard groupCount > 0 || (steps == 1 && termCount == 2), (0...2).contains(extraCount) else { continue }
        shapes.append(TermShape(termCount: termCount, groupCount: groupCount, extraCount: extraCount))
      }
    }
    return shapes.isEmpty ? nil : stream.pick(shapes)
  }
}
