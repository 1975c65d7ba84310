import Core

/// This program's own format, as `reversal export` writes it.
///
/// A sample may carry more beside `correct`: `extracted`, the answer read out of it, which majority votes need, or null
/// where none could be read; and `verdict`, which tells a wrong answer from one that could not be judged.
struct ReversalReader: RowReader {
  let format = SampleFormat.reversal
  let allowsNonFiniteNumbers = false
  let tellsDecoding = true

  func read(_ row: JSONElement, into samples: inout RowSamples) throws {
    let id = try row.requiredIdentifier("problem_id")
    let index = try row.requiredInteger("sample_index")
    let decoding = try row.requiredText("decoding")
    guard let decoding = Decoding(rawValue: decoding) else {
      throw RowFault("the field 'decoding' is '\(decoding.prefix(40))'; write greedy or sampled")
    }
    let text = try row.requiredText("completion")
    let verdict = try verdict(row)
    let finish = try row.optionalText("finish_reason")
    let sample = (
      finishReason: finish.flatMap(FinishReason.init), tokenCount: try row.optionalInteger("token_count"),
      logProbability: row["log_probability"]?.number
    )
    guard let position = samples.problems.position(id: id) else { return samples.addUnknown(id) }
    samples.add(
      ImportedSample(
        position: position, sampleIndex: index, decoding: decoding, text: text, verdict: verdict,
        finishReason: sample.finishReason, tokenCount: sample.tokenCount, logProbability: sample.logProbability))
  }

  private func verdict(_ row: JSONElement) throws -> Verdict? {
    guard let isCorrect = try row.optionalFlag("correct") else { return nil }
    let extracted = try row.optionalText("extracted")
    let isUnparsed = extracted == nil && row["extracted"] != nil
    var outcome: Verdict.Outcome = isCorrect ? .correct : isUnparsed ? .unparsed : .incorrect
    if let name = try row.optionalText("verdict") {
      outcome = try Self.outcome(name, field: "verdict")
      guard (outcome == .correct) == isCorrect else {
        throw RowFault(
          "the field 'verdict' cannot be read: 'correct' is \(isCorrect) and 'verdict' is '\(name)'; make them agree")
      }
    }
    return Verdict(
      outcome, extracted: extracted,
      strict: try row.optionalText("strict").map { name throws in try Self.outcome(name, field: "strict") },
      reason: try row.optionalText("reason"))
  }

  private static func outcome(_ name: String, field: String) throws -> Verdict.Outcome {
    guard let outcome = Verdict.Outcome(rawValue: name) else {
      throw RowFault(
        "the field '\(field)' is '\(name.prefix(40))'; write "
          + Verdict.Outcome.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return outcome
  }
}
