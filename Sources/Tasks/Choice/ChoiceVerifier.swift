import Core

/// Judges answers to multiple-choice questions by the option that they decide for.
public struct ChoiceVerifier: Verifier {
  public init() {}

  public func judge(completion: String, problem: Problem) async -> Verdict {
    compare(completion, problem).verdict
  }

  public func explain(completion: String, problem: Problem) async -> VerdictExplanation {
    let comparison = compare(completion, problem)
    let expected = comparison.expected
    let why =
      switch (comparison.verdict.outcome, comparison.verdict.extracted) {
      case (.correct, let found?): "\(found) is the reference"
      case (.incorrect, let found?): "\(found) is not \(expected ?? "the reference")"
      default: comparison.verdict.reason ?? ""
      }
    return VerdictExplanation(
      comparison.verdict, place: comparison.place, text: comparison.text, referenceNormalForm: expected, why: why)
  }

  private struct Comparison {
    let verdict: Verdict
    var expected: String?
    var place: String?
    var text: String?
  }

  private func compare(_ completion: String, _ problem: Problem) -> Comparison {
    let choices =
      problem.material.choices.isEmpty
      ? Problem.Material.labelled(["", "", "", "", ""]) : problem.material.choices
    guard let expected = Self.option(ofReference: problem.reference, choices) else {
      return Comparison(
        verdict: Verdict(
          .error, reason: "the reference is none of the options \(choices.map(\.label).joined(separator: ", "))"))
    }
    let label = choices[expected].label
    switch ChoiceReader.read(completion, choices: choices) {
    case .option(let options, let place, let text):
      // Where several options have the same words, the right one among them is meant.
      let found = options.contains(expected) ? expected : options[0]
      return Comparison(
        verdict: Verdict(found == expected ? .correct : .incorrect, extracted: choices[found].label), expected: label,
        place: place, text: text)
    case .none(let reason, let place, let text):
      return Comparison(verdict: Verdict(.unparsed, reason: reason), expected: label, place: place, text: text)
    }
  }

  /// The option that a reference names: its letter, its text, or a whole answer such as `(B) library`.
  private static func option(ofReference reference: String, _ choices: [Problem.Choice]) -> Int? {
    let bare = reference.trimmingCharacters { !($0.isLetter || $0.isNumber) }
    if let letter = choices.firstIndex(where: { $0.label.lowercased() == bare.lowercased() }) { return letter }
    let words = ChoiceScanner.words(of: reference)
    if !words.isEmpty, let text = choices.firstIndex(where: { ChoiceScanner.words(of: $0.text) == words }) {
      return text
    }
    guard case .option(let options, _, _) = ChoiceReader.read(reference, choices: choices) else { return nil }
    return options.first
  }
}

extension String {
  /// Without the characters at both ends that `isLeftOut` names.
  fileprivate func trimmingCharacters(where isLeftOut: (Character) -> Bool) -> Substring {
    guard let first = firstIndex(where: { !isLeftOut($0) }), let last = lastIndex(where: { !isLeftOut($0) }) else {
      return ""
    }
    return self[first...last]
  }
}
