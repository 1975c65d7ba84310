import Core

/// The diversity measures over the iterations, correct and incorrect answers apart; and their change on the same questions.
enum DiversityFigure {
  static func make(_ groups: [RunGroup]) -> Figure {
    let measures = DiversityMeasure.allCases.filter { measure in
      groups.contains { $0.audits.contains { $0.diversity.contains { measure.estimate(in: $0) != nil } } }
    }
    var parts = AuditResult.Stratum.allCases.map { stratum in
      Figure.Group(
        title: stratum == .correct ? "Correct answers" : "Incorrect answers",
        panels: measures.map { measure in
          let shared = AuditResult.Stratum.allCases.flatMap { other in
            panel(measure, other).series(groups).flatMap(\.extent)
          }
          return panel(measure, stratum).panel(groups, sharing: shared)
        })
    }
    let programs = AuditResult.Stratum.allCases.map(programPanel).filter { $0.hasData(groups) }
    if !programs.isEmpty { parts.append(Figure.Group(title: "Programs", panels: programs.map { $0.panel(groups) })) }
    return Figure(
      title: "Diversity of the sampled answers",
      caption: Figure.Caption(
        shown: """
          How different the samples of a question are, averaged over the questions: higher is more diverse, and near 0 the \
          samples of a question repeat each other. A measure has one vertical axis for correct and incorrect answers.
          """,
        computed: """
          Each iteration is averaged over its own questions with at least two samples of the kind; the changes that are \
          tested compare the same questions with equally many answers. Whiskers are 95 % BCa intervals over questions.
          """,
        findings: Reading.of(groups) { group in
          let parts = ["distinct_n_correct", "semantic_correct", "distinct_equations_correct"].compactMap {
            Reading.axis($0, group)
          }
          return parts.isEmpty ? nil : parts.joined(separator: "; ")
        }),
      legend: groups, groups: parts,
      absence: """
        Not drawn: diversity needs two sampled answers to a question that are both correct or both incorrect, and \
        there are none.
        """)
  }

  static func matched(_ groups: [RunGroup]) -> Figure {
    let measures = [
      ("distinct_n", "distinct-n"), ("distinct_n_equal_length", "distinct-n, texts cut to equal length"),
      ("expectation_adjusted_distinct_n", "distinct-n, expectation-adjusted"),
      ("distinct_equations", "distinct equations"), ("semantic", "semantic diversity"),
    ]
    let parts = AuditResult.Stratum.allCases.map { stratum in
      Figure.Group(
        title: stratum == .correct ? "Correct answers" : "Incorrect answers",
        panels: measures.map { measure, title in
          IterationPanel(title: title, axisTitle: "change from M₁", quantity: .index, isChange: true, minimumSpan: 0.02)
          {
            entries($0, stratum, measure)
          }
        }.filter { $0.hasData(groups) }.map { $0.panel(groups) })
    }
    return Figure(
      title: "Change of diversity on the same questions",
      caption: Figure.Caption(
        shown: """
          The change of each measure from M₁ where both models have two answers of the kind, with equally many answers on \
          both sides: what is left when neither the questions nor the number of answers differ.
          """,
        computed: """
          Paired over questions, 95 % BCa intervals. "Cut to equal length" pairs the texts of both sides by their length and \
          cuts each pair to the shorter one's words, as short texts repeat less. docs/measures/controls.md.
          """,
        findings: Reading.of(groups) { group in
          Reading.sign(
            group, .index, below: "at equal length the correct answers became less diverse",
            above: "at equal length the correct answers became more diverse",
            open: "at equal length no change of the correct answers' diversity is seen"
          ) { audit in entries(audit, .correct, "distinct_n_equal_length").last?.1 }
        }),
      legend: groups, groups: parts.filter { !$0.panels.isEmpty }, absence: "diversity on the same questions")
  }

  private static func entries(
    _ audit: AuditResult, _ stratum: AuditResult.Stratum, _ measure: String
  ) -> [(Int, Estimate?)] {
    (audit.controls?.matchedDiversity ?? []).filter { $0.stratum == stratum && $0.measure == measure }.map {
      ($0.iteration, $0.difference)
    }
  }

  private static func panel(_ measure: DiversityMeasure, _ stratum: AuditResult.Stratum) -> IterationPanel {
    IterationPanel(
      title: measure.label, axisTitle: measure.axisTitle, quantity: .index, bounds: 0...(.infinity), minimumSpan: 0.1,
      absence: "No question has two \(stratum.rawValue) samples."
    ) { audit in
      audit.diversity.filter { $0.stratum == stratum }.map { ($0.iteration, measure.estimate(in: $0)) }
    }
  }

  private static func programPanel(_ stratum: AuditResult.Stratum) -> IterationPanel {
    IterationPanel(
      title: "different programs, \(stratum.rawValue)", axisTitle: "different / all programs", quantity: .index,
      bounds: 0...(.infinity), minimumSpan: 0.1
    ) { audit in
      (audit.measures?.distinctPrograms ?? []).filter { $0.stratum == stratum }.map { ($0.iteration, $0.distinct) }
    }
  }
}
