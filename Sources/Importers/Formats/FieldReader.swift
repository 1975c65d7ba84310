import Core

/// Rows of any JSON Lines whose fields the user names.
struct FieldReader: RowReader {
  let format = SampleFormat.fields
  let fields: FieldMap
  /// The task whose verifier judges, where neither a row nor a problem file says it.
  let task: String?

  var tellsDecoding: Bool { fields[.decoding] != nil }

  func read(_ row: JSONElement, into samples: inout RowSamples) throws {
    let id = try identifier(row)
    let texts = values(.completion, row)
    guard !texts.isEmpty, texts.contains(where: { !$0.isNull }) else { return samples.addFailure() }
    let judgements = values(.correct, row)
    let extracted = values(.extracted, row)
    let index = try values(.sampleIndex, row).first.map { value throws in try integer(value, .sampleIndex) }
    let decoding = try decoding(row)
    guard let position = samples.problems.position(foreignID: id) else { return samples.addUnknown(id) }
    for (place, value) in texts.enumerated() {
      guard !value.isNull else {
        samples.addFailure()
        continue
      }
      guard let text = try value.readText(name(.completion)) else {
        throw RowFault("the field '\(name(.completion))' is not a text; name the field that holds the answer")
      }
      var sample = ImportedSample(
        position: position, sampleIndex: texts.count == 1 ? index : nil, decoding: decoding, text: text)
      sample.verdict = try verdict(
        Self.value(judgements, at: place, of: texts.count), extracted: Self.value(extracted, at: place, of: texts.count)
      )
      if texts.count == 1 {
        sample.finishReason = try values(.finishReason, row).first?.readText(name(.finishReason))
          .flatMap(FinishReason.init)
        sample.tokenCount = values(.tokenCount, row).first?.integer
        sample.logProbability = values(.logProbability, row).first?.number
      }
      samples.add(sample)
    }
  }

  func problem(of row: JSONElement) throws -> Problem? {
    guard fields[.question] != nil || fields[.reference] != nil else { return nil }
    let id = try identifier(row)
    let level = values(.group, row).first
    let ownTask = try values(.task, row).first?.readText(name(.task))
    return Problem(
      id: ProblemID(id), task: ownTask ?? task ?? "unknown",
      question: try values(.question, row).first?.readText(name(.question)) ?? "",
      reference: try values(.reference, row).first?.identifier(name(.reference)) ?? "",
      group: try level?.integer.map { "Level \($0)" } ?? level?.readText(name(.group)))
  }

  // MARK: Fields

  private func values(_ role: FieldMap.Role, _ row: JSONElement) -> [JSONElement] {
    fields[role]?.values(in: row) ?? []
  }

  /// What the user calls the field.
  private func name(_ role: FieldMap.Role) -> String { fields[role]?.text ?? role.rawValue }

  /// The one value that belongs to an answer: the only one, or that of the same place.
  private static func value(_ values: [JSONElement], at place: Int, of count: Int) -> JSONElement? {
    values.count == count ? values[place] : nil
  }

  private func identifier(_ row: JSONElement) throws -> String {
    let name = fields[.problemID]?.text ?? "problem_id"
    guard let value = (fields[.problemID] ?? FieldPath("problem_id")).values(in: row).first else {
      throw RowFault("the field '\(name)' is missing; name the problem's id, as in --fields …,problem_id=idx")
    }
    guard let id = try value.identifier(name) else {
      throw RowFault("the field '\(name)' is neither a text nor a whole number; name the one that holds the id")
    }
    return id
  }

  private func integer(_ value: JSONElement, _ role: FieldMap.Role) throws -> Int {
    guard let number = value.integer else { throw RowFault("the field '\(name(role))' is not a whole number") }
    return number
  }

  private func decoding(_ row: JSONElement) throws -> Decoding? {
    guard fields[.decoding] != nil else { return nil }
    guard let text = try values(.decoding, row).first?.readText(name(.decoding)),
      let decoding = Decoding(rawValue: text)
    else { throw RowFault("the field '\(name(.decoding))' must be greedy or sampled; change its value") }
    return decoding
  }

  private func verdict(_ judgement: JSONElement?, extracted: JSONElement?) throws -> Verdict? {
    guard let judgement, !judgement.isNull else { return nil }
    let isCorrect: Bool
    switch (judgement.flag, judgement.number) {
    case (let flag?, _): isCorrect = flag
    case (nil, 1): isCorrect = true
    case (nil, 0): isCorrect = false
    default: throw RowFault("the field '\(name(.correct))' is neither true nor false nor 1 or 0; change its value")
    }
    let answer = try extracted?.identifier(name(.extracted))
    let isUnparsed = extracted != nil && answer == nil
    return Verdict(isCorrect ? .correct : isUnparsed ? .unparsed : .incorrect, extracted: answer)
  }
}
