/// distinct-n of a few questions at once, for a look at a run that still goes; the audit measures all of it.
public enum DistinctNGlance {
  /// Unique n-grams over all, pooled over a question's texts, averaged over n = 1 … 5 and then over the questions with two texts
  /// or more (`DiversityTable` of the audit, by other means).
  ///
  /// - Returns: nil where no question has two texts with a token.
  public static func mean(_ questions: [[String]]) -> Double? {
    let values = questions.filter { $0.count > 1 }.compactMap { texts -> Double? in
      let tokens = texts.map { WordTokens($0).hashes }
      var counts = NGramCounts()
      for n in 1...NGramCounts.orders {
        var distinct: Set<[UInt64]> = []
        for text in tokens where text.count >= n {
          for start in 0...text.count - n { distinct.insert(Array(text[start..<start + n])) }
          counts.total[n - 1] += text.count - n + 1
        }
        counts.distinct[n - 1] = distinct.count
      }
      return counts.distinctN
    }
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
