import Core

/// The questions that every run has, found by their ids.
struct SharedQuestions {
  let ids: Set<ProblemID>

  /// - Throws: `InputError` where an id stands for different questions, or, if `isRequired`, where no id is in all.
  init(_ runs: [(name: String, problems: [Problem])], isRequired: Bool = true) throws {
    var ids = Set(runs.first?.problems.map(\.id) ?? [])
    var known: [ProblemID: (name: String, problem: Problem)] = [:]
    for (name, problems) in runs {
      ids.formIntersection(problems.map(\.id))
      for problem in problems {
        guard let earlier = known.updateValue((name, problem), forKey: problem.id), earlier.name != name else {
          continue
        }
        guard earlier.problem.question == problem.question, earlier.problem.task == problem.task else {
          throw InputError(
            "'\(problem.id)' is another question in \(name) than in \(earlier.name); only the same test can be compared"
          )
        }
      }
    }
    if ids.isEmpty, isRequired {
      throw InputError("\(runs.map(\.name).joined(separator: " and ")) share no question; give runs of the same test")
    }
    self.ids = ids
  }
}
