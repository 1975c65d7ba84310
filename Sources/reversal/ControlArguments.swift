import ArgumentParser
import Audit
import Core
import Foundation

/// Files beside the samples that further controls and measures need.
struct ControlArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Samples of a second M_1, trained with another seed: what it gains over M_1 is noise.", valueName: "1=file"))
  var null: String?

  @Option(
    help: ArgumentHelp(
      "The rows that M_t was trained on, as `reversal export --training-set t` writes them; once for each t.",
      valueName: "t=file"))
  var training: [String] = []

  @Option(help: ArgumentHelp("The training problems, for the difficulty of the rows.", valueName: "file"))
  var trainingProblems: String?

  @Option(help: ArgumentHelp("M_1's samples of the training problems, for coverage and difficulty.", valueName: "file"))
  var trainingSamples: String?

  var isEmpty: Bool { null == nil && training.isEmpty && trainingProblems == nil && trainingSamples == nil }

  /// `input` with what the files hold.
  ///
  /// - Parameters:
  ///   - problems: The file of the test problems; nil where the samples bring them along.
  ///   - read: Reads a file of problems and samples given as `t=FILE`, and judges what is not judged.
  /// - Throws: `InputError` naming file and line.
  func complete(
    _ input: AuditInput, problems: String?, read: (_ problems: String?, _ samples: [String]) async throws -> AuditInput
  ) async throws -> AuditInput {
    var input = input
    if let null {
      if problems == "-" { throw InputError("--null needs the problems a second time; give --problems a file") }
      input.null = try await read(problems, [null]).iterations.first
    }
    if let trainingSamples {
      guard let trainingProblems else {
        throw InputError("--training-samples \(trainingSamples) needs its problems; add --training-problems FILE")
      }
      let iteration = try await read(trainingProblems, ["1=\(trainingSamples)"]).iterations.first
      input.coverageSamples = iteration.map { iteration in
        iteration.answers.map { answer in
          JudgedCompletion(
            completion: Completion(
              problemID: iteration.problemID(of: answer), sampleIndex: answer.sampleIndex, decoding: answer.decoding,
              text: ""),
            verdict: Verdict(answer.outcome))
        }
      }
    }
    guard !training.isEmpty else {
      if let trainingProblems, trainingSamples == nil {
        throw InputError("--training-problems \(trainingProblems) needs the rows trained on; add --training t=FILE")
      }
      return input
    }
    var rows = TrainingRows(comparedWith: input.problems)
    for argument in training { try Self.read(argument, into: &rows) }
    let known = try trainingProblems.map { path in
      try JSONLines.decode(Problem.self, from: JSONLines.contents(of: URL(filePath: path)), name: path).map(\.row)
    }
    input.training = AuditInput.Training(problems: known ?? [], rows: rows)
    return input
  }

  /// A row of supervised fine-tuning or of preferences.
  private struct Row: Decodable {
    let problemID: ProblemID?
    let texts: [String]

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case problemID = "problem_id"
      case prompt, completion, chosen, rejected
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      problemID = try container.decodeIfPresent(ProblemID.self, forKey: .problemID)
      texts = try [.prompt, .completion, .chosen, .rejected].compactMap {
        try container.decodeIfPresent(String.self, forKey: $0)
      }
      if texts.isEmpty {
        throw DecodingError.keyNotFound(
          CodingKeys.completion, DecodingError.Context(codingPath: [], debugDescription: "no text to train on"))
      }
    }
  }

  private static func read(_ argument: String, into rows: inout TrainingRows) throws {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let iteration = Int(parts[0]), iteration >= 1 else {
      throw InputError("--training \(argument): write t=FILE, as in --training 2=D2.jsonl")
    }
    let file = URL(filePath: String(parts[1]))
    for (_, row) in try JSONLines.decode(Row.self, from: JSONLines.contents(of: file), name: file.path) {
      rows.append(iteration: iteration, problemID: row.problemID, texts: row.texts)
    }
  }
}
