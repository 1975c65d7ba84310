import Core

extension SyntheticAudit {
  var measures: AuditResult.Measures {
    AuditResult.Measures(
      passAtKCrossover: iterations.dropFirst().map { t in
        AuditResult.Crossover(
          iteration: t, questions: questionCount, largestK: 32, crossing: t < 3 ? .beyond(k: 32) : .at(k: 16),
          low: .at(k: 8), high: .beyond(k: 32), crossingShare: 0.3 + 0.6 * progress(t),
          shown: t < 4 ? .beyond(k: 32) : .at(k: 22),
          differences: [.init(k: 1, estimate: change(gain * progress(t), halfWidth: 0.02))])
      },
      support: iterations.dropFirst().map { t in
        func part(_ value: Double) -> AuditResult.SupportChange.Part {
          .init(count: Int(value * Double(questionCount)), share: share(value))
        }
        let lost = 0.04 + 0.05 * progress(t)
        return AuditResult.SupportChange(
          iteration: t, preserved: part(0.87 - lost), expanded: part(0.03), lost: part(lost), outOfReach: part(0.1),
          byChance: share(0.035), retentionRate: share(1 - lost / 0.87), discoveryRate: share(0.035),
          dynamicScore: share(0.067), netChangeRate: change((0.03 - lost) / 0.9, halfWidth: 0.02))
      },
      coverAtTau: iterations.flatMap { t in
        (1...20).map { step in
          let tau = Double(step) / 20
          return AuditResult.CoverAtTau(
            iteration: t, tau: tau, estimate: share(0.87 - (0.8 - 0.3 * progress(t)) * tau - 0.05 * progress(t)))
        }
      },
      entropy: iterations.map { t in
        AuditResult.Entropy(
          iteration: t, answerEntropy: share(1.4 - 0.5 * progress(t)),
          correctedAnswerEntropy: share(1.5 - 0.5 * progress(t)),
          correctedAnswerEntropyChange: t == 1 ? nil : change(-0.5 * progress(t), halfWidth: 0.05),
          distinctAnswers: Estimate(
            estimate: 4 - progress(t), low: 3.8 - progress(t), high: 4.2 - progress(t), n: questionCount),
          distinctWrongShare: share(0.6 - 0.2 * progress(t)), tokenEntropy: nil,
          tokenEntropyChange: nil)
      },
      textProfile: iterations.flatMap { t in
        AuditResult.Stratum.allCases.map { stratum in
          AuditResult.TextProfile(
            iteration: t, stratum: stratum,
            wordTokens: Estimate(
              estimate: 80 + 20 * progress(t), low: 78 + 20 * progress(t), high: 82 + 20 * progress(t), n: questionCount
            ),
            modelTokens: nil, repetition: share(0.05, halfWidth: 0.004), truncated: share(0.002, halfWidth: 0.001))
        }
      },
      exploration: iterations.map { t in
        AuditResult.Exploration(
          iteration: t, target: 8,
          uniqueCorrect: Estimate(
            estimate: 6 - 3 * progress(t), low: 5.7 - 3 * progress(t), high: 6.3 - 3 * progress(t), n: questionCount),
          kept: share(0.4 + gain * progress(t)), uniqueShare: share(0.8 - 0.3 * progress(t)),
          balance: share(0.35 - 0.1 * progress(t)))
      },
      distinctPrograms: iterations.flatMap { t in
        AuditResult.Stratum.allCases.map {
          AuditResult.DistinctPrograms(iteration: t, stratum: $0, distinct: share(0.7 - 0.2 * progress(t)))
        }
      }, trainingDifficulty: trainingDifficulty, contamination: contamination)
  }

  private var trainingDifficulty: AuditResult.TrainingDifficulty {
    let bins = [("0–0.2", 0.3), ("0.2–0.4", 0.1), ("0.4–0.6", 0.1), ("0.6–0.8", 0.2), ("0.8–1", 0.3)]
    let easy = [0.02, 0.08, 0.12, 0.28, 0.50]
    return AuditResult.TrainingDifficulty(
      accuracyBins: bins.map { .init(name: $0.0, questionShare: $0.1) },
      byAccuracy: iterations.dropFirst().flatMap { t in
        zip(bins, easy).map { bin, share in
          AuditResult.TrainingDifficulty.Rows(
            iteration: t, bin: bin.0, rows: Int(4_000 * share), questions: Int(1_000 * bin.1), share: self.share(share))
        }
      }, groupBins: [], byGroup: [])
  }

  private var contamination: AuditResult.Contamination {
    AuditResult.Contamination(
      n: 8, threshold: 0.5, rows: 8_000, questions: questionCount, tooShort: 3, overlapping: 40, contaminated: 12,
      problemIDs: ["synthetic-1-0"], coveredShare: share(0.04),
      passAt1: iterations.map { t in
        .init(
          iteration: t, contaminated: share(0.6 + gain * progress(t), halfWidth: 0.2),
          clean: share(0.41 + gain * progress(t)))
      })
  }

  var controls: AuditResult.Controls {
    AuditResult.Controls(
      improvement: iterations.dropFirst().map { t in
        AuditResult.ImprovementControl(
          iteration: t, matchedQuestions: 30 + 20 * t, unmatchedQuestions: 6, controlQuestions: 400,
          matched: [
            .init(k: 16, improved: share(0.8), control: 0.61, difference: change(0.19, halfWidth: 0.06))
          ],
          excessOverNull: change(0.05, halfWidth: 0.02), changeOverNull: change(gain * progress(t), halfWidth: 0.03))
      },
      null: AuditResult.NullModel(
        accuracy: share(0.41), delta: change(-0.006, halfWidth: 0.02), size: 52, lostSize: 58,
        firstIterationPassAtK: []),
      matchedDiversity: iterations.dropFirst().flatMap { t in
        ["distinct_n", "distinct_n_equal_length"].map { measure in
          AuditResult.MatchedDiversity(
            iteration: t, stratum: .correct, measure: measure, first: 0.42,
            later: 0.42 + diversityChange * progress(t),
            difference: change(diversityChange * progress(t), halfWidth: 0.012))
        }
      },
      chance: AuditResult.ChanceLine(
        questions: 200, passAtK: [1, 2, 4, 8, 16, 32].map { .init(k: $0, value: 1 - 0.8 / Double($0).squareRoot()) },
        coverAtTau: (1...20).map { .init(tau: Double($0) / 20, value: 1 / Double($0 * $0)) }))
  }
}
