import Core

/// Which format a row is of, by its fields.
enum FormatRecognition {
  /// The formats whose fields the row has.
  static func formats(of row: JSONElement) -> [SampleFormat] {
    func has(_ names: String...) -> Bool { names.allSatisfy { row[$0] != nil } }
    var formats: [SampleFormat] = []
    if has("problem_id") { formats.append(.reversal) }
    if has("doc_id", "resps") { formats.append(.lmEval) }
    if has("custom_id"), has("response") || has("error") { formats.append(.openAIBatch) }
    if has("task_id", "completion"), !has("solution"), !has("base_status") { formats.append(.humanEval) }
    if has("task_id", "solution") { formats.append(.evalPlus) }
    if has("id", "epoch", "input"), has("output") || has("error") { formats.append(.inspect) }
    return formats
  }

  /// The reader of a file whose first row is `row`.
  ///
  /// - Throws: `InputError` naming the place of the row.
  static func reader(
    of row: RowBlock.Row, in block: RowBlock, file: String, options: ImportOptions
  ) throws -> any RowReader {
    do {
      return try reader(of: block.object(row, allowsNonFiniteNumbers: true), file: file, options: options)
    } catch {
      throw row.place.complaint(error, in: file)
    }
  }

  /// - Throws: `RowFault` where the format is not recognised, or an option does not fit it.
  static func reader(of row: JSONElement, file: String, options: ImportOptions) throws -> any RowReader {
    let format: SampleFormat
    if options.format != .auto {
      format = options.format
    } else if options.fields?.describesRows == true {
      format = .fields
    } else {
      format = try self.format(of: row)
    }
    try options.check(format)
    switch format {
    case .auto, .reversal: return ReversalReader()
    case .lmEval:
      return LMEvalReader(
        filter: try options.filter ?? row.text(of: "filter"), metric: options.scorer,
        taskName: LMEvalReader.taskName(ofFile: file), task: options.task, idPath: options.fields?[.problemID])
    case .inspect:
      return InspectReader(
        header: InspectHeader(task: "inspect", decoding: nil), scorer: options.scorer, task: options.task)
    case .openAIBatch:
      return OpenAIBatchReader(pattern: try options.fields?[.customID].map { try CustomIDPattern($0.text) })
    case .evalPlus, .humanEval: return ProgramReader(format: format, tests: try options.tests())
    case .fields:
      guard let fields = options.fields else {
        throw RowFault("--format fields needs the names: add --fields completion=…,problem_id=…")
      }
      return FieldReader(fields: fields, task: options.task)
    }
  }

  /// The one format of a row.
  ///
  /// - Throws: `RowFault` that names what the row could be, or its fields, and the option to give.
  static func format(of row: JSONElement) throws -> SampleFormat {
    let formats = formats(of: row)
    if formats.count == 1 { return formats[0] }
    guard formats.isEmpty else {
      let names = formats.map(\.rawValue)
      throw RowFault(
        "could be \(names.joined(separator: " or ")); say which, as in --format \(names[0])")
    }
    let names = try row.members().map(\.name).sorted()
    let shown = names.prefix(12).map { String($0.prefix(40)) }.joined(separator: ", ") + (names.count > 12 ? ", …" : "")
    throw RowFault(
      "not a known format of samples (its fields are \(shown)); name its fields, as in --fields \(guess(names)), or write "
        + "the fields problem_id, sample_index, decoding and completion")
  }

  /// The option that fits the names that others use.
  private static func guess(_ names: [String]) -> String {
    let completions = [
      "completion", "output", "response", "generation", "generated_text", "prediction", "model_output", "text",
      "answer",
    ]
    let identifiers = ["id", "idx", "index", "task_id", "question_id", "doc_id", "uid", "unique_id", "qid"]
    let completion = completions.first(where: names.contains) ?? "output"
    let identifier = identifiers.first { names.contains($0) && $0 != completion } ?? "id"
    return "completion=\(completion),problem_id=\(identifier)"
  }
}
