import Audit
import Core
import Foundation
import Testing

/// The files of Fixtures/, which Tests/reference/audit.py wrote.
enum Fixture {
  static func url(_ name: String) throws -> URL {
    try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil)).appending(path: name)
  }

  static func files(iterations: ClosedRange<Int> = 1...3) throws -> AuditFiles {
    AuditFiles(
      AuditFiles.Outputs(
        problems: try url("problems.jsonl").path,
        samples: try iterations.map { "\($0)=\(try url("M\($0).jsonl").path)" }))
  }

  static func input() async throws -> AuditInput {
    try await files().read(threads: 2) { task in throw InputError("no verifier for '\(task)' was expected to be asked")
    }.input
  }
}

/// Problems and answers made up by a test.
enum Made {
  static func problems(_ count: Int, group: (Int) -> String? = { _ in nil }) -> [Problem] {
    (0..<count).map {
      Problem(id: ProblemID("q\($0)"), task: "made", question: "?", reference: "1", group: group($0))
    }
  }

  static func answer(
    _ question: Int, _ decoding: Decoding = .greedy, index: Int = 0, isCorrect: Bool, text: String = ""
  ) -> JudgedCompletion {
    JudgedCompletion(
      completion: Completion(
        problemID: ProblemID("q\(question)"), sampleIndex: index, decoding: decoding, text: text),
      verdict: Verdict(isCorrect ? .correct : .incorrect, extracted: isCorrect ? "1" : "0"))
  }

  static func greedy(_ outcomes: [Bool]) -> [JudgedCompletion] {
    outcomes.enumerated().map { answer($0, isCorrect: $1) }
  }
}
