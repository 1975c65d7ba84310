import Core

/// Different programs over all, after normalisation, for the correct and the incorrect apart. docs/measures/programs.md.
enum ProgramDiversity {
  /// The mean over the questions of MBPP and HumanEval with two samples in the stratum; empty without such questions.
  ///
  /// A question enters with equally many samples in every iteration, as in the other measures of diversity.
  static func measure(_ answers: AnswerTable, _ estimator: Estimator, threads: Int) -> [AuditResult.DistinctPrograms] {
    let questions = answers.problems.indices.filter { isProgram(answers.problems[$0]) }
    guard !questions.isEmpty else { return [] }
    let counts = answers.commonSampleCounts
    let keys = answers.iterations.flatMap { iteration in AuditResult.Stratum.allCases.map { (iteration, $0) } }
    let shares = concurrentRanges(of: questions.count, threads: threads) { range in
      keys.map { iteration, stratum in
        range.map { position -> Double? in
          let question = questions[position]
          let samples = iteration.questions[question].samples.prefix(counts[question])
          let members = samples.filter { $0.isCorrect == (stratum == .correct) }
          guard members.count >= 2 else { return nil }
          let forms = Set(members.map { ProgramForm.hash(of: iteration.text(of: $0)) })
          return Double(forms.count) / Double(members.count)
        }
      }
    }
    let columns = keys.indices.map { index in
      MeanColumn(
        shares.flatMap { $0[index] }, "distinct_programs \(keys[index].1.rawValue) \(keys[index].0.iteration)")
    }
    return zip(keys, estimator.means(columns, threads: threads)).map { key, estimate in
      AuditResult.DistinctPrograms(iteration: key.0.iteration, stratum: key.1, distinct: estimate)
    }
  }

  private static func isProgram(_ problem: Problem) -> Bool {
    ["mbpp", "humaneval"].contains { problem.task.hasPrefix($0) }
  }
}
