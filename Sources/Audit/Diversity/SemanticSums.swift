import Core

/// The sums of one question's vectors: for each iteration and stratum, and for each comparison with iteration 1.
struct SemanticSums: Sendable {
  /// A set of answers whose diversity is wanted.
  private enum Group: Hashable {
    case profile(DiversityTable.Key)
    case first(DiversityTable.Key)
    case later(DiversityTable.Key)
  }

  /// The different texts among the answers that are compared with another, in the order of the answers.
  let texts: [ArraySlice<UInt8>]
  private(set) var embeddedCount = 0
  /// By text: the groups it belongs to, and how often.
  private let memberships: [[(group: Int, count: Int)]]
  private let groups: [Group]
  private var sums: [SemanticDiversity]

  var isComplete: Bool { embeddedCount == texts.count }

  init(_ question: Int, of answers: AnswerTable) {
    // The same samples as DiversityTable takes.
    let samples = answers.iterations.map { $0.questions[question].samples }
    let common = samples.lazy.map(\.count).filter { $0 > 0 }.min() ?? 0
    var numbers: [ArraySlice<UInt8>: Int] = [:]
    var texts: [ArraySlice<UInt8>] = []
    var memberships: [[Int: Int]] = []
    var groups: [Group] = []
    func add(_ group: Group, _ samples: ArraySlice<Answer>, of iteration: IterationAnswers) {
      guard samples.count >= 2 else { return }
      for sample in samples {
        let text = iteration.text(of: sample)
        let number = numbers[text] ?? texts.count
        if number == texts.count {
          numbers[text] = number
          texts.append(text)
          memberships.append([:])
        }
        memberships[number][groups.count, default: 0] += 1
      }
      groups.append(group)
    }
    for stratum in AuditResult.Stratum.allCases {
      let strata = samples.map { $0.prefix(common).filter { $0.isCorrect == (stratum == .correct) }[...] }
      for (iteration, members) in zip(answers.iterations, strata) {
        let key = DiversityTable.Key(iteration: iteration.iteration, stratum: stratum)
        add(.profile(key), members, of: iteration)
        if iteration.iteration == answers.first.iteration { continue }
        let count = min(strata[0].count, members.count)
        add(.first(key), strata[0].prefix(count), of: answers.first)
        add(.later(key), members.prefix(count), of: iteration)
      }
    }
    self.texts = texts
    self.groups = groups
    self.memberships = memberships.map { counts in counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    sums = [SemanticDiversity](repeating: SemanticDiversity(), count: groups.count)
  }

  /// Adds the vector of the next text.
  mutating func add(_ vector: [Float]) {
    for (group, count) in memberships[embeddedCount] { sums[group].add(vector, count: count) }
    embeddedCount += 1
  }

  var values: SemanticTable.Question {
    var question = SemanticTable.Question()
    var first: [DiversityTable.Key: Double] = [:]
    for (group, sum) in zip(groups, sums) {
      guard let value = sum.value else { continue }
      switch group {
      case .profile(let key): question.profiles[key] = value
      case .first(let key): first[key] = value
      case .later(let key): question.matches[key] = first[key].map { ($0, value) }
      }
    }
    return question
  }
}
