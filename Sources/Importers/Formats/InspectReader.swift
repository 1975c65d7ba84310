import Core

/// The samples of an Inspect log.
struct InspectReader: RowReader {
  let format = SampleFormat.inspect
  /// From the log's header.
  let header: InspectHeader
  let scorer: String?
  /// The task whose verifier judges, where the user names one.
  let task: String?

  var tellsDecoding: Bool { header.decoding != nil }
  var judgement: String? { scorer }

  func read(_ row: JSONElement, into samples: inout RowSamples) throws {
    let id = try row.requiredIdentifier("id")
    let epoch = try row.optionalInteger("epoch") ?? 1
    if let error = row["error"], !error.isNull { return samples.addFailure() }
    let texts = try texts(of: row)
    guard !texts.isEmpty, let epochIndex = Self.index(epoch: epoch, of: texts.count) else {
      return samples.addFailure()
    }
    let verdict = texts.count == 1 ? try verdict(row) : nil
    guard let position = try position(of: row, id: id, among: samples.problems) else { return samples.addUnknown(id) }
    let usage = row["output"]?["usage"]
    for (place, answer) in texts.enumerated() {
      samples.add(
        ImportedSample(
          position: position, sampleIndex: epochIndex + place, decoding: header.decoding, text: answer.text,
          verdict: verdict, finishReason: answer.finishReason,
          tokenCount: texts.count == 1 ? usage?["output_tokens"]?.integer : nil))
    }
  }

  /// The first sample index of an epoch; nil for one that is out of all bounds.
  private static func index(epoch: Int, of choiceCount: Int) -> Int? {
    let (index, overflows) = (max(1, epoch) - 1).multipliedReportingOverflow(by: choiceCount)
    return overflows || index > Int(Int32.max) - choiceCount ? nil : index
  }

  // MARK: Answers

  private func texts(of row: JSONElement) throws -> [(text: String, finishReason: FinishReason?)] {
    guard let output = row["output"] else { return [] }
    let choices = output["choices"]?.elements ?? []
    var texts: [(String, FinishReason?)] = []
    for choice in choices {
      guard let content = choice["message"]?["content"] else { continue }
      let reason: FinishReason? =
        switch try choice.text(of: "stop_reason") {
        case "stop": .stop
        case "max_tokens", "model_length": .length
        default: nil
        }
      texts.append((resolve(try Self.text(of: content), in: row), reason))
    }
    if texts.isEmpty, let completion = try output.text(of: "completion"), !completion.isEmpty {
      texts.append((resolve(completion, in: row), nil))
    }
    return texts
  }

  /// A text, or the texts of a list of parts; reasoning and images are left out, as Inspect's scorers do.
  private static func text(of content: JSONElement) throws -> String {
    if let text = try content.readText("content") { return text }
    var texts: [String] = []
    for part in content.elements where try part.text(of: "type") == "text" {
      if let text = try part.text(of: "text") { texts.append(text) }
    }
    return texts.joined(separator: "\n")
  }

  /// Inspect writes a long text once, and its name where it stands.
  private func resolve(_ text: String, in row: JSONElement) -> String {
    let prefix = "attachment://"
    guard text.hasPrefix(prefix) else { return text }
    // An attachment that is missing or no text leaves its name.
    return (try? row["attachments"]?[String(text.dropFirst(prefix.count))]?.text()) ?? text
  }

  // MARK: Judgement

  private func verdict(_ row: JSONElement) throws -> Verdict? {
    guard let scores = row["scores"], scores.isObject else { return nil }
    let members = try scores.members()
    guard !members.isEmpty else { return nil }
    let known = members.map(\.name).joined(separator: ", ")
    let score: JSONElement
    if let scorer {
      guard let chosen = scores[scorer] else {
        throw RowFault("has no scores of '\(scorer)'; choose one of its own with --scorer: \(known)")
      }
      score = chosen
    } else {
      guard members.count == 1 else {
        throw RowFault("has the scores of several scorers; choose one with --scorer: \(known)")
      }
      score = members[0].value
    }
    let answer = try score.text(of: "answer")
    guard let value = score["value"] else { return nil }
    if let flag = value.flag { return Verdict(flag ? .correct : .incorrect, extracted: answer) }
    switch try value.readText("value") {
    case "C": return Verdict(.correct, extracted: answer)
    case "I", "P": return Verdict(.incorrect, extracted: answer)
    case "N": return Verdict(.unparsed, reason: "Inspect's scorer found no answer")
    default: break
    }
    switch value.number {
    case 1: return Verdict(.correct, extracted: answer)
    case 0: return Verdict(.incorrect, extracted: answer)
    default: return nil
    }
  }

  // MARK: Problems

  private func position(
    of row: JSONElement, id: String, among problems: ProblemMatcher
  ) throws -> Int? {
    if let position = problems.position(id: Self.problemID(id, task: header.task)) { return position }
    if !header.numbersSamples, let position = problems.position(foreignID: id) { return position }
    return try question(of: row).flatMap { problems.position(question: $0.text) }
  }

  private static func problemID(_ id: String, task: String) -> String {
    id.contains("/") ? id : "\(task)/\(id)"
  }

  /// The last thing a user said, with the choices.
  private func question(of row: JSONElement) throws -> (text: String, choices: [Problem.Choice])? {
    guard let input = row["input"] else { return nil }
    var stem = try input.readText("input")
    if stem == nil {
      for message in input.elements.reversed() where try message.text(of: "role") == "user" {
        if let content = message["content"] { stem = try Self.text(of: content) }
        break
      }
    }
    guard let stem = stem.map({ resolve($0, in: row) }) else { return nil }
    let texts = try (row["choices"]?.elements ?? []).compactMap { choice throws in
      try choice.readText("choices")
    }
    let choices = Problem.Material.labelled(texts)
    return (choices.isEmpty ? stem : BenchmarkDocument.question(stem, choices), choices)
  }

  func problem(of row: JSONElement) throws -> Problem? {
    let id = try row.requiredIdentifier("id")
    guard let (question, choices) = try question(of: row) else { return nil }
    let target = row["target"]
    let reference = try target?.elements.first?.readText("target") ?? target?.readText("target")
    return Problem(
      id: ProblemID(Self.problemID(id, task: header.task)), task: task ?? header.benchmark ?? header.task,
      question: question, reference: reference ?? "", group: try row["metadata"]?.level,
      material: Problem.Material(choices: choices.count <= 26 ? choices : []))
  }
}
