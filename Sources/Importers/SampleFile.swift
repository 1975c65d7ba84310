import Core

/// One line of a file of samples.
package struct SampleRow: Sendable, Hashable {
  package let completion: Completion
  /// The judgement that came with the sample; nil where its task's verifier is to judge.
  package let verdict: Verdict?
}

extension SampleRow: Decodable {
  private enum CodingKeys: String, CodingKey { case correct, verdict, extracted, strict, reason }

  /// A sample may carry more beside `correct`: `extracted`, the answer read out of it, which majority votes need, or null
  /// where none could be read; and `verdict`, which tells a wrong answer from one that could not be judged.
  package init(from decoder: any Decoder) throws {
    completion = try Completion(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let isCorrect = try container.decodeIfPresent(Bool.self, forKey: .correct) else {
      verdict = nil
      return
    }
    let extracted = try container.decodeIfPresent(String.self, forKey: .extracted)
    let isUnparsed = extracted == nil && container.contains(.extracted)
    let outcome =
      try container.decodeIfPresent(Verdict.Outcome.self, forKey: .verdict)
      ?? (isCorrect ? .correct : isUnparsed ? .unparsed : .incorrect)
    guard (outcome == .correct) == isCorrect else {
      throw DecodingError.dataCorruptedError(
        forKey: .verdict, in: container,
        debugDescription: "'correct' is \(isCorrect) and 'verdict' is '\(outcome.rawValue)'; make them agree")
    }
    verdict = Verdict(
      outcome, extracted: extracted, strict: try container.decodeIfPresent(Verdict.Outcome.self, forKey: .strict),
      reason: try container.decodeIfPresent(String.self, forKey: .reason))
  }
}

/// A JSON Lines file of samples.
package enum SampleFile {
  /// Every sample of the file, in its order.
  ///
  /// - Throws: `InputError` for a file that cannot be read or is empty, a bad line, a sample for a problem that is not in
  ///   `problems`, or one whose problem, index and decoding have occurred before.
  package static func read(_ path: String, format: SampleFormat, problems: ProblemFile) throws -> [SampleRow] {
    let source = try LineSource(path)
    if format == .auto { try recognise(source) }
    let rows = try source.rows(SampleRow.self)
    let name = source.name
    var lines: [Key: Int] = [:]
    for (line, row) in rows {
      let completion = row.completion
      guard problems[completion.problemID] != nil else {
        throw InputError(
          file: name, line: line,
          "the problem '\(completion.problemID)' is not in \(problems.name); add it there or remove the sample")
      }
      let key = Key(problemID: completion.problemID, index: completion.sampleIndex, decoding: completion.decoding)
      if let earlier = lines.updateValue(line, forKey: key) {
        throw InputError(
          file: name, line: line,
          "the \(completion.decoding) sample \(completion.sampleIndex) of problem '\(completion.problemID)' is that of "
            + "line \(earlier) too; give every sample of a problem its own sample_index")
      }
    }
    return rows.map(\.row)
  }

  /// - Throws: `InputError` where the first line is an object of some other format, naming its fields.
  private static func recognise(_ source: LineSource) throws {
    guard let names = try source.firstRow(FieldNames.self)?.names, !names.contains("problem_id") else { return }
    throw InputError(
      file: source.name, line: 1,
      "not a known format of samples (its fields are \(names.joined(separator: ", "))); "
        + "write the fields problem_id, sample_index, decoding and completion")
  }

  /// The top-level field names of an object.
  private struct FieldNames: Decodable {
    let names: [String]

    init(from decoder: any Decoder) throws {
      names = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
    }

    private struct AnyKey: CodingKey {
      let stringValue: String
      let intValue: Int? = nil
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
  }

  private struct Key: Hashable {
    let problemID: ProblemID
    let index: Int
    let decoding: Decoding
  }
}
