import Audit
import Core
import Foundation
import Testing

@Suite final class InputTests {
  private let folder: URL
  private let problem = #"{"id":"a","task":"echo","question":"?","reference":"right"}"#
  private let sample = #"{"problem_id":"a","sample_index":0,"decoding":"greedy","completion":"right"}"#

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "reversal-audit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)  // Left to the system's own clean-up.
  }

  /// Correct where the answer is the reference.
  private struct EchoVerifier: Verifier {
    func judge(completion: String, problem: Problem) async -> Verdict {
      Verdict(completion == problem.reference ? .correct : .incorrect, extracted: completion)
    }
  }

  private func write(_ name: String, _ text: String) throws -> String {
    let file = folder.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  private func read(problems: String, samples: [String]) async throws -> AuditInput {
    try await AuditFiles(AuditFiles.Outputs(problems: problems, samples: samples)).read(threads: 3) { task in
      guard task == "echo" else { throw InputError("unknown task '\(task)'") }
      return EchoVerifier()
    }.input
  }

  /// The error for these lines, with the folder cut out of it.
  private func message(problems: String, samples: String) async throws -> String? {
    let problems = try write("p.jsonl", problems)
    let samples = try write("m.jsonl", samples)
    let error = await #expect(throws: InputError.self) {
      try await self.read(problems: problems, samples: ["1=\(samples)"])
    }
    return error?.description.replacing(folder.path + "/", with: "")
  }

  @Test func samplesAreJudgedWhereTheyAreNot() async throws {
    let problems = try write("p.jsonl", problem)
    let samples = try write(
      "m.jsonl",
      """
      \(sample)
      {"problem_id":"a","sample_index":0,"decoding":"sampled","completion":"wrong"}
      {"problem_id":"a","sample_index":1,"decoding":"sampled","completion":"wrong","correct":true}
      {"problem_id":"a","sample_index":2,"decoding":"sampled","completion":"","correct":false,"extracted":null}
      {"problem_id":"a","sample_index":3,"decoding":"sampled","completion":"","correct":false,"extracted":"8"}
      {"problem_id":"a","sample_index":4,"decoding":"sampled","completion":"right","correct":null}
      {"problem_id":"a","sample_index":5,"decoding":"sampled","completion":"","correct":false,"verdict":"timeout"}

      """)
    let input = try await read(problems: problems, samples: ["1=\(samples)"])
    let answers = try #require(input.iterations.first?.answers)
    #expect(
      answers.map(\.outcome) == [.correct, .incorrect, .correct, .unparsed, .incorrect, .correct, .timeout])
    #expect(answers.map { $0.extracted == nil } == [false, false, true, true, false, false, true])
    #expect(answers[0].extracted == answers[5].extracted)
    #expect(Set(answers.compactMap(\.extracted)).count == 3)
  }

  @Test func everyBadLineIsNamed() async throws {
    let cases: [(problems: String, samples: String, message: String)] = [
      ("", sample, "p.jsonl: holds no rows; give one JSON object a line"),
      (
        problem, sample.replacing("}", with: #","correct":true,"verdict":"timeout"}"#),
        "m.jsonl:1: the field 'verdict' cannot be read: 'correct' is true and 'verdict' is 'timeout'; make them agree"
      ),
      (problem, "\n \n", "m.jsonl: holds no rows; give one JSON object a line"),
      (
        problem, sample + "\n{\"problem_id\":",
        "m.jsonl:2: not a JSON object; each line must be one complete JSON object in UTF-8"
      ),
      (
        problem, sample + "\n" + sample.replacing(#","decoding":"greedy""#, with: ""),
        "m.jsonl:2: the field 'decoding' is missing; add it"
      ),
      (
        problem + "\n\n" + problem, sample,
        "p.jsonl:3: the problem id 'a' is that of line 1 too; give every problem its own id"
      ),
      (
        problem, sample.replacing(#""a""#, with: #""b""#),
        "m.jsonl:1: the problem 'b' is not in p.jsonl; add it there, remove the sample, or count such samples with "
          + "--unmatched count"
      ),
      (
        problem, sample + "\n" + sample,
        "m.jsonl:2: the greedy sample 0 of problem 'a' is that of line 1 too; give every sample of a problem its own "
          + "sample_index"
      ),
      (
        problem.replacing("echo", with: "chess"), sample,
        "p.jsonl:1: unknown task 'chess'"
      ),
      (
        problem, #"{"idx":0,"output":""}"#,
        "m.jsonl:1: not a known format of samples (its fields are idx, output); name its fields, as in --fields "
          + "completion=output,problem_id=idx, or write the fields problem_id, sample_index, decoding and completion"
      ),
    ]
    for (problems, samples, expected) in cases {
      #expect(try await message(problems: problems, samples: samples) == expected)
    }
  }

  @Test(arguments: [
    (
      ["M1.jsonl"],
      "--samples M1.jsonl: write t=FILE, the iteration from 1 and its file, as in --samples 1=M1.jsonl or --samples "
        + "1:greedy=M1.jsonl"
    ),
    (
      ["0=M1.jsonl"],
      "--samples 0=M1.jsonl: write t=FILE, the iteration from 1 and its file, as in --samples 1=M1.jsonl or --samples "
        + "1:greedy=M1.jsonl"
    ),
    (
      ["1="],
      "--samples 1=: write t=FILE, the iteration from 1 and its file, as in --samples 1=M1.jsonl or --samples "
        + "1:greedy=M1.jsonl"
    ),
    (["1=a", "2=b", "1=a"], "--samples names a twice for iteration 1; give each file once"),
    (["2=b"], "iteration 1 is missing, which every change is measured against; add --samples 1=FILE"),
    ([], "iteration 1 is missing, which every change is measured against; add --samples 1=FILE"),
  ])
  func badArgumentsSayWhatToWrite(samples: [String], message: String) async throws {
    let error = await #expect(throws: InputError.self) { try await self.read(problems: "none", samples: samples) }
    #expect(error?.description == message)
  }

  @Test func aMissingFileIsNamed() async throws {
    let error = await #expect(throws: InputError.self) {
      try await self.read(problems: "/nonexistent/p.jsonl", samples: ["1=a"])
    }
    #expect(error?.description.hasPrefix("/nonexistent/p.jsonl: cannot be read: no such file") == true)
  }
}
