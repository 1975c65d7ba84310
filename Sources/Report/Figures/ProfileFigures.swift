import Core

/// Figures that are panels over the iterations and nothing else: answers, texts, exploration, contamination, failures.
enum ProfileFigures {
  static func answers(_ groups: [RunGroup]) -> Figure {
    func entry(_ audit: AuditResult, _ value: @escaping (AuditResult.Entropy) -> Estimate?) -> [(Int, Estimate?)] {
      (audit.measures?.entropy ?? []).map { ($0.iteration, value($0)) }
    }
    return figure(
      "How spread the answers to a question are", groups,
      shown: """
        The entropy of a question's final answers, how many different ones there are, how different the wrong ones are, and \
        the model's uncertainty of each token.
        """,
      computed: """
        Entropies in nats, that of the answers with Miller and Madow's correction for few samples; that of the tokens is \
        −log P a token at temperature 1. 95 % BCa intervals over questions. docs/measures/entropy.md.
        """,
      panels: [
        IterationPanel(
          title: "answer entropy, bias-corrected", axisTitle: "entropy (nats)", quantity: .index, minimumSpan: 0.2
        ) { entry($0, \.correctedAnswerEntropy) },
        IterationPanel(
          title: "different final answers", axisTitle: "answers to a question", quantity: .count, minimumSpan: 1
        ) { entry($0, \.distinctAnswers) },
        IterationPanel(
          title: "different among the wrong ones", axisTitle: "share (%)", bounds: 0...100, minimumSpan: 10
        ) { entry($0, \.distinctWrongShare) },
        IterationPanel(title: "token entropy", axisTitle: "entropy (nats)", quantity: .index, minimumSpan: 0.1) {
          entry($0, \.tokenEntropy)
        },
      ],
      absence: "the spread of the answers"
    ) { group in
      Reading.sign(
        group, .index, below: "the answers to a question became more alike (entropy, paired)",
        above: "the answers to a question became more spread (entropy, paired)",
        open: "no change of the answers' spread is seen (entropy, paired)"
      ) { $0.measures?.entropy.last?.correctedAnswerEntropyChange }
    }
  }

  static func texts(_ groups: [RunGroup]) -> Figure {
    let kinds: [(String, String, Quantity, ClosedRange<Double>?, Double, (AuditResult.TextProfile) -> Estimate?)] = [
      ("words", "words a text", .count, nil, 5, { $0.wordTokens }),
      ("tokens", "tokens a text", .count, nil, 5, { $0.modelTokens }),
      ("repeated 4-grams", "share of a text (%)", .share, 0...100, 2, { $0.repetition }),
      ("cut off by the limit", "share of the samples (%)", .share, 0...100, 2, { $0.truncated }),
    ]
    return figure(
      "The form of the answers", groups,
      shown: "How long the sampled answers are, how much they repeat themselves, and how many the token limit cut off.",
      computed: """
        Means over questions of the mean over a question's samples, correct and incorrect ones apart; 95 % BCa intervals. \
        docs/measures/text-profile.md.
        """,
      panels: kinds.flatMap { title, axis, quantity, bounds, span, value in
        AuditResult.Stratum.allCases.map { stratum in
          IterationPanel(
            title: "\(title), \(stratum.rawValue)", axisTitle: axis, quantity: quantity, bounds: bounds,
            minimumSpan: span
          ) { audit in
            (audit.measures?.textProfile ?? []).filter { $0.stratum == stratum }.map { ($0.iteration, value($0)) }
          }
        }
      }, absence: "the form of the answers"
    ) { group in
      Reading.course("the length of correct answers in words", .count, group) { audit, t in
        audit.measures?.textProfile.first { $0.iteration == t && $0.stratum == .correct }?.wordTokens
      }
    }
  }

  static func exploration(_ groups: [RunGroup]) -> Figure {
    func entry(_ audit: AuditResult, _ value: @escaping (AuditResult.Exploration) -> Estimate?) -> [(Int, Estimate?)] {
      (audit.measures?.exploration ?? []).map { ($0.iteration, value($0)) }
    }
    return figure(
      "Exploration and exploitation", groups,
      shown: """
        In the manner of B-STaR: how many different correct texts a question has, what share of its samples is kept, how \
        different the kept ones are, and the balance of the two.
        """,
      computed: "95 % BCa intervals over questions. docs/measures/exploration.md.",
      panels: [
        IterationPanel(
          title: "different correct texts", axisTitle: "texts a question", quantity: .count, minimumSpan: 1
        ) { entry($0, \.uniqueCorrect) },
        IterationPanel(title: "samples kept", axisTitle: "share (%)", bounds: 0...100, minimumSpan: 10) {
          entry($0, \.kept)
        },
        IterationPanel(title: "different among the kept", axisTitle: "share (%)", bounds: 0...100, minimumSpan: 10) {
          entry($0, \.uniqueShare)
        },
        IterationPanel(title: "balance score", axisTitle: "score", quantity: .index, minimumSpan: 0.1) {
          entry($0, \.balance)
        },
      ], absence: "exploration and exploitation"
    ) { group in
      Reading.course("the balance score", .index, group) { audit, t in
        audit.measures?.exploration.first { $0.iteration == t }?.balance
      }
    }
  }

  static func contamination(_ groups: [RunGroup]) -> Figure {
    func entry(_ audit: AuditResult, _ value: @escaping (AuditResult.Contamination.PassAt1) -> Estimate?) -> [(
      Int, Estimate?
    )] {
      (audit.measures?.contamination?.passAt1 ?? []).map { ($0.iteration, value($0)) }
    }
    return figure(
      "Test questions whose words recur in the training rows", groups,
      shown: "Greedy accuracy on test questions that recur in the training rows, and on all others.",
      computed: """
        A question counts where at least the threshold's share of its words stands in an n-gram of the training rows; \
        Wilson's intervals. docs/measures/contamination.md.
        """,
      panels: [
        IterationPanel(title: "contaminated questions", axisTitle: "pass@1 (%)", bounds: 0...100, minimumSpan: 10) {
          entry($0, \.contaminated)
        },
        IterationPanel(title: "all others", axisTitle: "pass@1 (%)", bounds: 0...100, minimumSpan: 10) {
          entry($0, \.clean)
        },
      ], absence: "contamination"
    ) { group in
      group.audits.first?.measures?.contamination.map {
        "\(Decimal.count($0.contaminated)) of \(Phrase.questions($0.questions)) recur in the training rows"
      }
    }
  }

  private static func figure(
    _ title: String, _ groups: [RunGroup], shown: String, computed: String, panels: [IterationPanel], absence: String,
    _ finding: (RunGroup) -> String?
  ) -> Figure {
    let drawn = panels.filter { $0.hasData(groups) }
    return Figure(
      title: title,
      caption: Figure.Caption(
        shown: shown, computed: computed, findings: drawn.isEmpty ? [] : Reading.of(groups, finding)),
      legend: groups, groups: [Figure.Group(title: nil, panels: drawn.map { $0.panel(groups) })], absence: absence)
  }
}
