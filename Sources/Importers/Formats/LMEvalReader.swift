import Core

/// The samples of lm-evaluation-harness, `samples_TASK_DATE.jsonl`: one row a document and filter.
struct LMEvalReader: RowReader {
  let format = SampleFormat.lmEval
  let tellsDecoding = true
  /// The filter that is read; rows of others are counted and left.
  let filter: String?
  let metric: String?
  /// The task that lm-evaluation-harness ran, by the file's name; nil where the file was renamed.
  let taskName: String?
  /// The task whose verifier judges, where the user names one.
  let task: String?
  /// Where the user finds the problem's id in a row.
  let idPath: FieldPath?

  /// Judgements of single answers, in the order in which one is looked for.
  private static let metrics = ["exact_match", "acc", "pass@1", "pass_at_1", "math_verify"]

  var judgement: String? { filter }

  func read(_ row: JSONElement, into samples: inout RowSamples) throws {
    if let filter, let own = try row.text(of: "filter"), own != filter { return samples.ignore(filter: own) }
    guard let requests = row["resps"]?.elements else { throw RowFault("the field 'resps' is missing; add it") }
    guard let first = requests.first else { return samples.addFailure() }
    let position: Int
    switch try self.position(of: row, among: samples.problems) {
    case .known(let place): position = place
    case .unknown(let name): return samples.addUnknown(name)
    }
    let arguments = row["arguments"]
    if let choice = try ChosenOption(requests: requests, arguments: arguments) {
      let verdict = try verdict(of: row).map { Verdict($0 ? .correct : .incorrect, extracted: choice.text) }
      return samples.add(
        ImportedSample(
          position: position, sampleIndex: 0, decoding: .greedy, text: choice.text, verdict: verdict))
    }
    let decoding = Self.decoding(arguments?["gen_args_0"]?["arg_1"])
    let answers = first.elements
    guard !answers.isEmpty else { return samples.addFailure() }
    let verdict = answers.count == 1 ? try singleVerdict(of: row) : nil
    for answer in answers {
      guard let text = try answer.readText("resps") else {
        throw RowFault("the field 'resps' holds no list of texts; give a file of generated answers or of options")
      }
      samples.add(
        ImportedSample(position: position, sampleIndex: nil, decoding: decoding, text: text, verdict: verdict))
    }
  }

  // MARK: Judgement

  /// The verdict on the one answer of a row; nil where the metrics are not those of a single answer.
  private func singleVerdict(of row: JSONElement) throws -> Verdict? {
    guard let isCorrect = try verdict(of: row) else { return nil }
    // A filter that found nothing says so with this word; the filter `none` leaves the answer as it is.
    let filtered = row["filtered_resps"]?.elements.first
    guard let extracted = try filtered?.readText("filtered_resps"), try row.text(of: "filter") != "none" else {
      return Verdict(isCorrect ? .correct : .incorrect)
    }
    if extracted == "[invalid]" { return Verdict(isCorrect ? .correct : .unparsed) }
    return Verdict(isCorrect ? .correct : .incorrect, extracted: extracted)
  }

  /// Whether the row's metric says that it is right; nil where none says so of a single answer.
  private func verdict(of row: JSONElement) throws -> Bool? {
    let names = try (row["metrics"]?.elements ?? []).map { name throws in try name.readText("metrics") }
    if let metric, !names.contains(metric) {
      let known = names.compactMap { $0 }.joined(separator: ", ")
      throw RowFault("has no metric '\(metric)'; choose one of its own with --scorer: \(known)")
    }
    guard let name = metric ?? Self.metrics.first(where: names.contains) else { return nil }
    guard let value = row[name] else { return nil }
    if let flag = value.flag { return flag }
    switch value.number {
    case 1: return true
    case 0: return false
    default: return nil
    }
  }

  // MARK: Decoding

  /// As lm-evaluation-harness reads its arguments: greedy unless it samples at a temperature above 0.
  private static func decoding(_ arguments: JSONElement?) -> Decoding {
    let temperature = arguments?["temperature"]?.number
    switch arguments?["do_sample"]?.flag {
    case true?: return temperature == 0 ? .greedy : .sampled
    case false?: return .greedy
    case nil: return (temperature ?? 0) > 0 ? .sampled : .greedy
    }
  }

  // MARK: Problems

  private enum Match {
    case known(Int)
    case unknown(String)
  }

  private func position(of row: JSONElement, among problems: ProblemMatcher) throws -> Match {
    if let idPath {
      guard let id = try idPath.values(in: row).first?.identifier(idPath.text) else {
        throw RowFault("the field '\(idPath.text)' is missing; name the one that holds the problem's id")
      }
      return problems.position(foreignID: id).map(Match.known) ?? .unknown(id)
    }
    let number = try row.requiredIdentifier("doc_id")
    let document = try row["doc"].flatMap { document throws in try BenchmarkDocument.read(document) }
    if let position = problems.position(id: id(document, number: number)) { return .known(position) }
    if let document {
      if let id = document.id, let position = problems.position(foreignID: id) { return .known(position) }
      return problems.position(question: document.question).map(Match.known)
        ?? .unknown(id(document, number: number))
    }
    if let question = try row["doc"]?.text(of: "question") ?? row["doc"]?.text(of: "problem"),
      let position = problems.position(question: question)
    {
      return .known(position)
    }
    return .unknown(id(nil, number: number))
  }

  /// The name of a problem that the file brings along.
  private func id(_ document: BenchmarkDocument?, number: String) -> String {
    document?.id ?? "\(taskName ?? document?.task ?? "doc")/\(number)"
  }

  /// `gsm8k` of `samples_gsm8k_2026-01-31T10-20-30.123456.jsonl`; nil for another name.
  static func taskName(ofFile path: String) -> String? {
    let name = path.split(separator: "/").last ?? ""
    guard let match = name.wholeMatch(of: /samples_(.+)_\d{4}-\d\d-\d\dT[0-9-]+(\.\d+)?\.jsonl(\.gz)?/) else {
      return nil
    }
    return String(match.1)
  }

  func problem(of row: JSONElement) throws -> Problem? {
    if let filter, let own = try row.text(of: "filter"), own != filter { return nil }
    let number = try row.requiredIdentifier("doc_id")
    let document = try row["doc"].flatMap { document throws in try BenchmarkDocument.read(document) }
    let id = try idPath?.values(in: row).first?.identifier("doc_id") ?? id(document, number: number)
    if let document { return document.problem(id: id, task: task) }
    // No layout that is known: what the model was asked, and what lm-evaluation-harness compares with.
    guard let question = try row["arguments"]?["gen_args_0"]?["arg_0"]?.readText("arguments") else { return nil }
    return Problem(
      id: ProblemID(id), task: task ?? taskName ?? "unknown", question: question,
      reference: try row.text(of: "target") ?? "")
  }
}

/// The option of a multiple-choice question that has the highest log-likelihood.
private struct ChosenOption {
  let text: String

  /// nil where the row's answers were generated.
  init?(requests: [JSONElement], arguments: JSONElement?) throws {
    guard arguments?["gen_args_0"]?["arg_1"]?.isText == true else { return nil }
    var best: (likelihood: Double, text: String)?
    for (index, request) in requests.enumerated() {
      // A request's one answer is the log-likelihood and whether it is the greedy one; newer versions write texts.
      guard let answer = request.elements.first,
        let value = answer.isArray ? answer.elements.first : answer,
        let likelihood = try value.number ?? value.readText("resps").flatMap(Double.init),
        let text = try arguments?["gen_args_\(index)"]?["arg_1"]?.readText("arguments")
      else {
        throw RowFault("the field 'resps' holds no log-likelihood for option \(index + 1); write the samples again")
      }
      if best.map({ likelihood > $0.likelihood }) ?? true { best = (likelihood, text) }
    }
    guard let best else { return nil }
    text = String(best.text.drop(while: \.isWhitespace))
  }
}
