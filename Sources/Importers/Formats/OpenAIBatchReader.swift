import Core

/// The output of OpenAI's batches, and of vLLM's `run_batch`: `response.body.choices`, or `response.choices`.
struct OpenAIBatchReader: RowReader {
  let format = SampleFormat.openAIBatch
  let pattern: CustomIDPattern?

  func read(_ row: JSONElement, into samples: inout RowSamples) throws {
    let customID = try row.requiredIdentifier("custom_id")
    guard let body = try body(of: row) else { return samples.addFailure() }
    let choices = body["choices"]?.elements ?? []
    guard !choices.isEmpty else { return samples.addFailure() }
    guard let (position, index) = try position(customID, among: samples.problems) else {
      return samples.addUnknown(customID)
    }
    let tokenCount = choices.count == 1 ? body["usage"]?["completion_tokens"]?.integer : nil
    for choice in choices {
      guard let text = try Self.text(of: choice) else {
        samples.addFailure()
        continue
      }
      let finish = try choice.text(of: "finish_reason")
      samples.add(
        ImportedSample(
          position: position, sampleIndex: choices.count == 1 ? index : nil, text: text,
          finishReason: finish.flatMap(FinishReason.init), tokenCount: tokenCount))
    }
  }

  /// What the model returned; nil where the request failed.
  private func body(of row: JSONElement) throws -> JSONElement? {
    if let error = row["error"], !error.isNull { return nil }
    guard let response = row["response"], response.isObject else { return nil }
    if let status = response["status_code"]?.integer, !(200..<300).contains(status) { return nil }
    return response["body"]?.isObject == true ? response["body"] : response
  }

  /// nil where the choice holds no text, but a refusal or a call of a tool.
  private static func text(of choice: JSONElement) throws -> String? {
    try choice["message"]?["content"]?.readText("content") ?? choice.text(of: "text")
  }

  private func position(
    _ customID: String, among problems: ProblemMatcher
  ) throws -> (position: Int, index: Int?)? {
    if let pattern {
      guard let (id, index) = pattern.match(customID) else {
        throw RowFault(
          "the custom_id '\(customID.prefix(80))' is not written as \(pattern.text); change --fields custom_id")
      }
      return problems.position(foreignID: id).map { ($0, index) }
    }
    if let position = problems.position(id: customID) { return (position, nil) }
    let parts = CustomIDPattern.numbered(customID)
    if let parts, let position = problems.position(id: parts.id) { return (position, parts.index) }
    if let position = problems.position(foreignID: customID) { return (position, nil) }
    return parts.flatMap { parts in problems.position(foreignID: parts.id).map { ($0, parts.index) } }
  }
}

/// How a `custom_id` is made of a problem's id and a sample's number: `request-{problem_id}-{sample_index}`.
struct CustomIDPattern: Sendable, Hashable {
  let text: String
  private let prefix: Substring
  /// What stands between the id and the number; nil where there is no number.
  private let separator: Substring?
  private let suffix: Substring

  /// - Throws: `InputError` for a pattern that does not name the id.
  init(_ text: String) throws {
    self.text = text
    let parts = text.split(separator: "{problem_id}", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw InputError("--fields custom_id=\(text): write {problem_id} once, as in request-{problem_id}-{sample_index}")
    }
    prefix = parts[0]
    let rest = parts[1].split(separator: "{sample_index}", maxSplits: 2, omittingEmptySubsequences: false)
    guard rest.count == 1 || rest.count == 2 && !rest[0].isEmpty else {
      throw InputError(
        "--fields custom_id=\(text): write {sample_index} after {problem_id}, with a separator between them")
    }
    separator = rest.count == 2 ? rest[0] : nil
    suffix = rest[rest.count - 1]
  }

  /// The last separator counts where the id holds it too.
  func match(_ customID: String) -> (id: String, index: Int?)? {
    guard customID.count >= prefix.count + suffix.count, customID.hasPrefix(prefix), customID.hasSuffix(suffix) else {
      return nil
    }
    let middle = customID.dropFirst(prefix.count).dropLast(suffix.count)
    guard let separator else { return (String(middle), nil) }
    guard let range = middle.ranges(of: separator).last, let index = Int(middle[range.upperBound...]) else {
      return nil
    }
    return (String(middle[..<range.lowerBound]), index)
  }

  /// `id` and 3 of `id-3`, `id:3`, `id_3`, `id#3`, `id/3`; nil where no number stands at the end.
  static func numbered(_ customID: String) -> (id: String, index: Int)? {
    guard let end = customID.lastIndex(where: { "-:_#/".contains($0) }), end > customID.startIndex,
      let index = Int(customID[customID.index(after: end)...]), index >= 0
    else { return nil }
    return (String(customID[..<end]), index)
  }
}
