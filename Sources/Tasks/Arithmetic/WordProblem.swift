import Randomness

/// A drawn problem before it becomes a `Problem`.
package struct WordProblem: Sendable, Hashable {
  /// Family, numbers and operations, without names, objects and phrasing: two problems with one form are rephrasings of
  /// each other.
  package let canonicalForm: String
  package let question: String
  package let solution: Solution
}

/// A kind of word problem: one structure, several phrasings.
protocol WordProblemFamily: Sendable {
  /// A problem with `scale.steps` operations, or nil where the drawn numbers do not work out.
  static func draw(_ scale: ProblemScale, _ stream: inout RandomStream) -> WordProblem?
}

extension WordProblem {
  /// What pretraining, training data, validation and test draw from.
  static let families: [any WordProblemFamily.Type] = [
    ChainFamily.self, ShoppingFamily.self, ComparisonFamily.self, SharingFamily.self, GroupsFamily.self,
  ]

  /// What only the out-of-distribution set draws from: two families joined in one question, which no other split does.
  static let heldOutFamilies: [any WordProblemFamily.Type] = [
    PackedChainFamily.self, ComparedChainFamily.self, SharedComparisonFamily.self, PaidComparisonFamily.self,
  ]

  /// A problem of a random family; draws again until the numbers work out.
  static func draw(
    from families: [any WordProblemFamily.Type], _ scale: ProblemScale, _ stream: inout RandomStream
  ) -> WordProblem {
    while true {
      let family = stream.pick(families)
      // A family with tight constraints gets several chances, so that the families stay about equally frequent.
      for _ in 0..<20 {
        if let problem = family.draw(scale, &stream), problem.solution.fits(scale) { return problem }
      }
    }
  }
}
