import Core

/// The problems that files of samples bring along.
package enum ImportedProblems {
  /// Every problem that a row of `files` answers, in their order.
  ///
  /// A question that an earlier file asks for the same task under another id is the same problem: one file is of greedy
  /// answers and one of samples, by two tasks of lm-evaluation-harness on one benchmark.
  ///
  /// - Throws: `InputError` naming file and line: a file that cannot be read, a bad row, rows that do not hold their
  ///   problem, or one id for two questions.
  package static func collect(
    from files: [IterationFile], options: ImportOptions, threads: Int
  ) async throws -> ProblemFile {
    var problems: [Problem] = []
    var places: [ProblemID: (position: Int, name: String)] = [:]
    var questions: Set<Asked> = []
    for file in files {
      var opened = try SampleFile(file.path, options: options, parts: 8 * threads)
      let (name, reader) = (opened.name, opened.reader)
      guard opened.isRepeatable else {
        throw InputError(file: name, "can be read but once; give its problems with --problems FILE")
      }
      let countBefore = problems.count
      var isKnown = false
      try await OrderedPipeline.run(width: threads) {
        try opened.next()
      } work: { block in
        Rows(block, reader, name: name)
      } deliver: { rows in
        for (problem, place) in rows.problems {
          guard let known = places[problem.id] else {
            if questions.contains(Asked(problem)) {
              isKnown = true
              continue
            }
            places[problem.id] = (problems.count, place.name(in: name))
            problems.append(problem)
            continue
          }
          isKnown = true
          guard problems[known.position].question == problem.question else {
            throw place.error(
              in: name,
              "the problem '\(problem.id)' is another question than at \(known.name); keep the names that "
                + "lm-evaluation-harness gives its files, or name ids of their own with --fields problem_id=…")
          }
        }
        if let failure = rows.failure { throw failure }
      }
      questions.formUnion(problems[countBefore...].map(Asked.init))
      guard isKnown || problems.count > countBefore else {
        throw InputError(file: name, "its rows do not hold their problems; add --problems FILE")
      }
    }
    return ProblemFile(problems, name: "the problems that come with the samples")
  }

  private struct Asked: Hashable {
    let task: String
    let question: String

    init(_ problem: Problem) {
      task = problem.task
      question = problem.question
    }
  }

  /// The problems of a block, each once, up to the first bad row.
  private struct Rows: Sendable {
    private(set) var problems: [(problem: Problem, place: RowBlock.Place)] = []
    private(set) var failure: InputError?

    init(_ block: RowBlock, _ reader: any RowReader, name: String) {
      var questions: [ProblemID: String] = [:]
      for row in block.rows {
        do {
          let object = try block.object(row, allowsNonFiniteNumbers: reader.allowsNonFiniteNumbers)
          guard let problem = try reader.problem(of: object) else { continue }
          if questions.updateValue(problem.question, forKey: problem.id) != problem.question {
            problems.append((problem, row.place))
          }
        } catch {
          failure = row.place.complaint(error, in: name)
          return
        }
      }
    }
  }
}
