import Core

/// Samples of EvalPlus and of human-eval, and what their evaluations write: `task_id` with a whole program (`solution`)
/// or the rest of one (`completion`).
struct ProgramReader: RowReader {
  /// `evalPlus` or `humanEval`.
  let format: SampleFormat
  /// Whose tests must pass in EvalPlus's results: the benchmark's own, or the added ones too.
  let tests: Tests

  enum Tests: String, CaseIterable, Sendable { case base, plus }

  var judgement: String? { format == .evalPlus ? tests.rawValue : nil }

  func read(_ row: JSONElement, into samples: inout RowSamples) throws {
    let id = try row.requiredIdentifier("task_id")
    guard let text = try row.optionalText("solution") ?? row.optionalText("completion") else {
      guard row["solution"] != nil || row["completion"] != nil else {
        throw RowFault("the field 'solution' or 'completion' is missing; add the program")
      }
      return samples.addFailure()
    }
    let verdict = try verdict(row)
    guard let position = samples.problems.position(foreignID: id) else { return samples.addUnknown(id) }
    samples.add(ImportedSample(position: position, text: text, verdict: verdict))
  }

  private func verdict(_ row: JSONElement) throws -> Verdict? {
    if let base = try row.optionalText("base_status") {
      guard tests == .plus else { return Self.verdict(base) }
      guard let plus = try row.optionalText("plus_status") else {
        throw RowFault("has no plus_status, it was evaluated with --base-only; leave out --scorer plus")
      }
      return Self.verdict(base == "pass" ? plus : base)
    }
    guard let passed = try row.optionalFlag("passed") else { return nil }
    let result = try row.optionalText("result")
    if passed { return Verdict(.correct) }
    return result == "timed out" ? Verdict(.timeout, reason: "timed out") : Verdict(.incorrect, reason: result)
  }

  private static func verdict(_ status: String) -> Verdict {
    switch status {
    case "pass": Verdict(.correct)
    case "timeout": Verdict(.timeout, reason: "timed out")
    default: Verdict(.incorrect, reason: status)
    }
  }
}
