/// Whether an answer says what a reference says.
public enum MathEquivalence {
  /// Compares an answer with a reference, both as written, without the marks of the place they stand in.
  ///
  /// Never throws and never hangs: the work of one comparison is bounded, and what the bound does not suffice for is
  /// `different`, with that reason. Symmetric but for `≈`: a reference that says that it is rounded takes every value
  /// that rounds to it, an answer never.
  public static func compare(answer: String, reference: String) -> Comparison {
    let answer = TextForm.answer(answer)
    let reference = TextForm.answer(reference)
    func result(
      _ outcome: Comparison.Outcome, _ method: Comparison.Method, _ reason: String, forms: (String, String)? = nil
    ) -> Comparison {
      Comparison(
        outcome: outcome, method: method, answer: forms?.0 ?? shortened(answer),
        reference: forms?.1 ?? shortened(reference), reason: reason)
    }
    if reference.isEmpty { return result(.unreadableReference, .exact, "the reference is empty") }
    if answer.isEmpty { return result(.unreadable, .exact, "the answer is empty") }
    if answer.utf8.elementsEqual(reference.utf8) { return result(.equal, .exact, "the same text") }
    if let a = plainInteger(answer), let b = plainInteger(reference) {
      return a == b ? result(.equal, .exact, "the same integer") : result(.different, .exact, "different integers")
    }
    guard reference.utf8.count <= Budget.answerBytes else {
      return result(.unreadableReference, .exact, "a reference of more than \(Budget.answerBytes) bytes")
    }
    guard answer.utf8.count <= Budget.answerBytes else {
      return result(.unreadable, .exact, "an answer of more than \(Budget.answerBytes) bytes")
    }
    if let numerals = compareNumerals(answer, reference) { return numerals }
    let words = (TextForm.normalized(answer), TextForm.normalized(reference))
    let first = Reading(answer, joinsPlainGroups: true)
    let second = Reading(reference, joinsPlainGroups: true)
    switch (first.parsed, second.parsed) {
    case (.success(let a), .success(let b)):
      if words.0 == words.1, TextForm.isWords(words.0), a.hasWords || b.hasWords {
        return result(.equal, .text, "the same words", forms: words)
      }
      let comparison = compare(a, b)
      guard comparison.outcome == .different, first.joinedPlainGroups || second.joinedPlainGroups,
        case .success(let a) = Reading(answer, joinsPlainGroups: false).parsed,
        case .success(let b) = Reading(reference, joinsPlainGroups: false).parsed
      else { return comparison }
      // `100,200` may be a list.
      let asLists = compare(a, b)
      return asLists.outcome == .equal ? asLists : comparison
    case (.failure(let obstacle), .success(let b)):
      if words.0 == words.1, TextForm.isWords(words.0) { return result(.equal, .text, "the same words", forms: words) }
      if b.isWords { return result(.different, .text, "other words", forms: words) }
      return result(.unreadable, .exact, "the answer cannot be read: \(obstacle.reason)")
    case (_, .failure(let obstacle)):
      guard TextForm.isWords(words.1), TextForm.isPlain(reference) || words.0 == words.1 else {
        return result(.unreadableReference, .exact, "the reference cannot be read: \(obstacle.reason)")
      }
      guard words.0 == words.1 else { return result(.different, .text, "other words", forms: words) }
      return result(.equal, .text, "the same words", forms: words)
    }
  }

  private static func compare(_ a: Expression, _ b: Expression) -> Comparison {
    let matcher = Matcher()
    let outcome: Comparison.Outcome
    let reason: String
    do throws(Obstacle) {
      let isEqual = try matcher.matches(a, b)
      outcome = isEqual ? .equal : .different
      reason = isEqual ? "the same value" : matcher.reason ?? "other values"
    } catch {
      reason = a.isWords || b.isWords ? "words and a value" : error.reason
      if case .undefined = error {
        // Whichever side has no value of its own.
        outcome = Matcher().isDefined(b) ? .unreadable : .unreadableReference
      } else {
        outcome = .different
      }
    }
    let forms = (matcher.describe(a), matcher.describe(b))
    return Comparison(outcome: outcome, method: matcher.method, answer: forms.0, reference: forms.1, reason: reason)
  }

  /// nil where neither names a base, or where one names one and the other is no numeral.
  private static func compareNumerals(_ answer: String, _ reference: String) -> Comparison? {
    let (a, b) = (BaseNumeral(answer), BaseNumeral(reference))
    let isEqual: Bool
    switch (a, b) {
    case (let a?, let b?): isEqual = a == b
    case (let a?, nil): isEqual = a.matchesWithoutBase(reference)
    case (nil, let b?): isEqual = b.matchesWithoutBase(answer)
    case (nil, nil): return nil
    }
    return Comparison(
      outcome: isEqual ? .equal : .different, method: .exact, answer: a?.description ?? shortened(answer),
      reference: b?.description ?? shortened(reference),
      reason: isEqual ? "the same numeral" : "other numerals, or another base")
  }

  /// The value of up to 18 digits with a sign, the commonest answer.
  private static func plainInteger(_ text: String) -> Int? {
    var utf8 = Substring(text).utf8
    let isNegative = utf8.first == UInt8(ascii: "-")
    if isNegative { utf8 = utf8.dropFirst() }
    guard (1...18).contains(utf8.count) else { return nil }
    var value = 0
    for byte in utf8 {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int(byte) - 48
    }
    return isNegative ? -value : value
  }

  private static func shortened(_ text: String) -> String {
    text.utf8.count <= 400 ? text : String(text.prefix(400)) + "…"
  }
}
