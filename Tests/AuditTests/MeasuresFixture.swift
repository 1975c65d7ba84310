import Audit
import Core
import Foundation

/// The files of Fixtures/measures, which Tests/reference/measures.py wrote.
enum MeasuresFixture {
  private static func path(_ name: String) throws -> String { try Fixture.url("measures").appending(path: name).path }

  private static func read(_ problems: String, _ samples: [String]) async throws -> AuditInput {
    try await AuditFiles(AuditFiles.Outputs(problems: try path(problems), samples: samples)).read(threads: 2) { task in
      throw InputError("no verifier for '\(task)' was expected to be asked")
    }.input
  }

  private struct Row: Decodable {
    let iteration: Int
    let problemID: ProblemID
    let prompt: String
    let completion: String

    private enum CodingKeys: String, CodingKey {
      case iteration, prompt, completion
      case problemID = "problem_id"
    }
  }

  static func input() async throws -> AuditInput {
    let outputs = try await read("problems.jsonl", try (1...3).map { "\($0)=\(try path("M\($0).jsonl"))" })
    let null = try await read("problems.jsonl", ["1=\(try path("null.jsonl"))"])
    var rows = TrainingRows(comparedWith: outputs.problems)
    let file = try path("training.jsonl")
    for (_, row) in try JSONLines.decode(Row.self, from: Data(contentsOf: URL(filePath: file)), name: file) {
      rows.append(iteration: row.iteration, problemID: row.problemID, texts: [row.prompt, row.completion])
    }
    let training = try await read("training-problems.jsonl", ["1=\(try path("training-samples.jsonl"))"])
    var input = AuditInput(
      problems: outputs.problems, iterations: outputs.iterations,
      coverageSamples: training.iterations.first.map { iteration in
        iteration.answers.map { answer in
          JudgedCompletion(
            completion: Completion(
              problemID: iteration.problemID(of: answer), sampleIndex: answer.sampleIndex, decoding: answer.decoding,
              text: ""),
            verdict: Verdict(answer.outcome))
        }
      })
    input.null = null.iterations.first
    input.training = AuditInput.Training(problems: training.problems, rows: rows)
    return input
  }
}
