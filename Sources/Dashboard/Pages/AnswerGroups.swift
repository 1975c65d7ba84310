import Audit
import Core
import Report
import RunStore

/// The samples of one model by their final answer, and within it by their equation chain.
struct AnswerGroups: Sendable {
  struct Chain: Sendable {
    /// Empty where there are no equations.
    let equations: [String]
    /// By text, the most frequent first, each with the samples that have it.
    let texts: [(first: ObservedAnswer, count: Int)]

    var count: Int { texts.reduce(0) { $0 + $1.count } }
  }

  struct Group: Sendable {
    let outcome: Verdict.Outcome
    /// What was read out of the answer; nil where nothing was.
    let answer: String?
    let chains: [Chain]

    var count: Int { chains.reduce(0) { $0 + $1.count } }
  }

  let groups: [Group]
  let sampleCount: Int

  init(_ samples: [ObservedAnswer]) {
    struct Final: Hashable {
      let outcome: Verdict.Outcome
      let answer: String?
    }
    sampleCount = samples.count
    // All correct answers are one, as in the audit, whatever form they have.
    groups = Self.grouped(samples) { sample in
      let verdict = sample.judged.verdict
      return Final(outcome: verdict.outcome, answer: verdict.isCorrect ? nil : verdict.extracted)
    }.map { final, members in
      let chains = Self.grouped(members) { EquationChain.equations(in: $0.judged.completion.text) }.map {
        chain, members in
        Chain(
          equations: chain,
          texts: Self.grouped(members) { $0.judged.completion.text }.map { ($0.members[0], $0.members.count) })
      }
      return Group(
        outcome: final.outcome, answer: final.answer ?? members.lazy.compactMap(\.judged.verdict.extracted).first,
        chains: chains)
    }
  }

  /// The largest first; of equal ones, that which came first.
  private static func grouped<Key: Hashable>(
    _ samples: [ObservedAnswer], by key: (ObservedAnswer) -> Key
  ) -> [(key: Key, members: [ObservedAnswer])] {
    var order: [Key] = []
    var members: [Key: [ObservedAnswer]] = [:]
    for sample in samples {
      let key = key(sample)
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(sample)
    }
    let groups = order.enumerated().map { (place: $0.offset, key: $0.element, members: members[$0.element] ?? []) }
    return groups.sorted { ($1.members.count, $0.place) < ($0.members.count, $1.place) }.map { ($0.key, $0.members) }
  }
}
