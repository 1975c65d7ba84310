import Core
import Foundation
import Sandbox
import Tasks
import Testing

/// The public data sets' own programs: all of them with REVERSAL_TORTURE=1, every twentieth otherwise.
@Suite(
  .serialized,
  .enabled(if: ProgramCorpus.canRun, "bubblewrap is not installed here"))
struct ProgramCorpusTests {
  private static let stride = ProcessInfo.processInfo.environment["REVERSAL_TORTURE"] == "1" ? 1 : 20

  /// Task 123 of MBPP takes about five seconds, half of the limit: a slow machine may not be done with it.
  @Test(.enabled(if: SharedData.contains("data/mbpp/mbpp.jsonl"), "../shared/data/mbpp is not here"))
  func referenceProgramsOfMBPPPass() async throws {
    let rows = try ProgramCorpus.mbpp()
    let chosen = Swift.stride(from: 0, to: rows.count, by: Self.stride).map { rows[$0] }
    let reports = await ProgramCorpus.judge.judge(chosen.map { ($0.code, $0.tests) })
    let failed = zip(chosen, reports).filter { $0.1.outcome != .correct }
    print("MBPP: \(reports.count) reference programs, \(reports.count - failed.count) correct")
    for (row, report) in failed { print("MBPP \(row.taskID): \(report)") }
    #expect(failed.allSatisfy { $0.0.taskID == 123 && $0.1.outcome == .timeout })
    #expect(reports.allSatisfy { $0.testCount >= 3 })
  }

  /// A program that is right for another task: 973 wrong programs that run well.
  @Test(.enabled(if: SharedData.contains("data/mbpp/mbpp.jsonl"), "../shared/data/mbpp is not here"))
  func programsOfOtherTasksFail() async throws {
    let rows = try ProgramCorpus.mbpp().filter { $0.taskID != 123 }
    let pairs = Swift.stride(from: 0, to: rows.count - 1, by: Self.stride).map { (rows[$0], rows[$0 + 1]) }
    // The neighbour's program under the name that the tests ask for, so that it is called.
    let jobs = pairs.map { own, other in
      let name = ProgramCorpus.entryPoint(of: own)
      let otherName = ProgramCorpus.entryPoint(of: other)
      return ("\(other.code)\n\(name) = \(otherName)\n", own.tests)
    }
    let reports = await ProgramCorpus.judge.judge(jobs)
    let passed = zip(pairs, reports).filter { $0.1.outcome == .correct }
    print("MBPP: \(reports.count) programs of the next task, \(passed.count) correct")
    for (pair, report) in passed { print("MBPP \(pair.0.taskID) by \(pair.1.taskID): \(report)") }
    #expect(reports.allSatisfy { $0.outcome != .error })
    // Neighbours that ask for the same function in other words.
    #expect(passed.allSatisfy { ProgramCorpus.equivalentNeighbours.contains($0.0.0.taskID) })
  }

  /// The reference program with an answer that is almost right: one more, the opposite, one item too many.
  @Test(.enabled(if: SharedData.contains("data/mbpp/mbpp.jsonl"), "../shared/data/mbpp is not here"))
  func nearMissesFail() async throws {
    let rows = try ProgramCorpus.mbpp().filter { $0.taskID != 123 }
    let chosen = Swift.stride(from: 0, to: rows.count, by: Self.stride).map { rows[$0] }
    let jobs = chosen.map { row in
      let name = ProgramCorpus.entryPoint(of: row)
      return (row.code + "\n" + ProgramCorpus.nearMiss(of: name), row.tests)
    }
    let reports = await ProgramCorpus.judge.judge(jobs)
    let passed = zip(chosen, reports).filter { $0.1.outcome == .correct }
    print("MBPP: \(reports.count) near misses, \(passed.count) correct")
    for (row, report) in passed { print("MBPP \(row.taskID) near miss: \(report)") }
    #expect(reports.allSatisfy { $0.outcome != .error })
    #expect(passed.isEmpty)
  }

  @Test(.enabled(if: SharedData.contains("data/mbpp/sanitized-mbpp.json"), "../shared/data/mbpp is not here"))
  func referenceProgramsOfSanitizedMBPPPass() async throws {
    let rows = try ProgramCorpus.sanitizedMBPP()
    let chosen = Swift.stride(from: 0, to: rows.count, by: Self.stride).map { rows[$0] }
    let reports = await ProgramCorpus.judge.judge(chosen.map { ($0.code, $0.tests) })
    let failed = zip(chosen, reports).filter { $0.1.outcome != .correct }
    print("MBPP sanitized: \(reports.count) reference programs, \(reports.count - failed.count) correct")
    for (row, report) in failed { print("MBPP sanitized \(row.taskID): \(report)") }
    #expect(failed.allSatisfy { $0.0.taskID == 123 && $0.1.outcome == .timeout })
  }

  @Test(.enabled(if: SharedData.contains("data/humaneval/HumanEval.jsonl"), "../shared/data/humaneval is not here"))
  func canonicalSolutionsOfHumanEvalPassAndNeighboursFail() async throws {
    let rows = try ProgramCorpus.humanEval()
    let chosen = Swift.stride(from: 0, to: rows.count, by: max(1, Self.stride / 2)).map { rows[$0] }
    let verifier = ProgramVerifier(programs: ProgramCorpus.judge) { _ in nil }
    var correct = 0
    var fooled: [String] = []
    for row in chosen {
      let judged = await verifier.judge(completion: row.solution, question: row.question)
      if judged.verdict.isCorrect { correct += 1 } else { print("\(row.taskID): \(judged)") }
      let empty = await verifier.judge(completion: "    return None\n", question: row.question)
      if empty.verdict.outcome != .incorrect { fooled.append(row.taskID) }
    }
    print("HumanEval: \(chosen.count) canonical solutions, \(correct) correct")
    #expect(correct == chosen.count)
    #expect(fooled.isEmpty)
  }
}

/// The data sets as programs and tests.
enum ProgramCorpus {
  static let judge = ProgramJudge(workerCount: 2)

  static let canRun: Bool = {
    do {
      try judge.checkAvailability()
      return true
    } catch {
      print("\(error)")
      return false
    }
  }()

  struct Row {
    let taskID: Int
    let code: String
    let tests: ProgramTests
  }

  static func mbpp() throws -> [Row] {
    struct Line: Decodable {
      let taskID: Int
      let code: String
      let setup: String
      let tests: [String]
      let challengeTests: [String]

      private enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case code
        case setup = "test_setup_code"
        case tests = "test_list"
        case challengeTests =
          "challenge_test_list"
      }
    }
    return try JSONLines.read(Line.self, from: SharedData.file("data/mbpp/mbpp.jsonl")).map { _, line in
      Row(
        taskID: line.taskID, code: line.code,
        tests: ProgramTests(tests: line.tests + line.challengeTests, setup: line.setup))
    }
  }

  static func sanitizedMBPP() throws -> [Row] {
    struct Line: Decodable {
      let taskID: Int
      let code: String
      let imports: [String]
      let tests: [String]

      private enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case code
        case imports = "test_imports"
        case tests = "test_list"
      }
    }
    let data = try Data(contentsOf: SharedData.file("data/mbpp/sanitized-mbpp.json"))
    return try JSONDecoder().decode([Line].self, from: data).map { line in
      Row(
        taskID: line.taskID, code: line.code,
        tests: ProgramTests(tests: line.tests, setup: line.imports.joined(separator: "\n")))
    }
  }

  struct Continuation {
    let taskID: String
    let solution: String
    let question: ProgramVerifier.Question
  }

  static func humanEval() throws -> [Continuation] {
    struct Line: Decodable {
      let taskID: String
      let prompt: String
      let entryPoint: String
      let solution: String
      let test: String

      private enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case prompt
        case entryPoint = "entry_point"
        case solution = "canonical_solution"
        case test
      }
    }
    return try JSONLines.read(Line.self, from: SharedData.file("data/humaneval/HumanEval.jsonl")).map { _, line in
      Continuation(
        taskID: line.taskID, solution: line.solution,
        question: ProgramVerifier.Question(
          tests: ProgramTests(
            tests: ["check(\(line.entryPoint))"], setup: line.prompt + "\n" + line.test,
            entryPoints: [line.entryPoint]),
          prompt: line.prompt))
    }
  }

  /// The function that a task's tests call: of the names its code defines, the last that its tests use.
  static func entryPoint(of row: Row) -> String {
    let test = row.tests.tests.joined()
    let names = row.code.split(whereSeparator: \.isNewline).compactMap { line -> String? in
      guard line.hasPrefix("def ") else { return nil }
      return String(line.dropFirst(4).prefix { $0 == "_" || $0.isLetter || $0.isNumber })
    }
    return names.last { test.contains($0 + "(") || test.contains($0 + " (") } ?? names.last ?? "missing"
  }

  /// Python that puts a function in place of `name`; only calls from outside get its answers.
  static func nearMiss(of name: String) -> String {
    """
    def _changed(_function):
        def _call(*arguments, **options):
            if _depth:
                return _function(*arguments, **options)
            _depth.append(1)
            try:
                answer = _function(*arguments, **options)
            finally:
                _depth.pop()
            if isinstance(answer, bool) or answer is None:
                return not answer
            if isinstance(answer, (int, float, complex)):
                return answer + 1
            if isinstance(answer, str):
                return answer + " "
            if isinstance(answer, (list, tuple)):
                return answer + type(answer)([None])
            if isinstance(answer, set):
                return answer | {None}
            return None
        return _call
    _depth = []
    \(name) = _changed(\(name))

    """
  }

  /// Tasks whose successor's program is right for them too.
  static let equivalentNeighbours: Set<Int> = [666, 728]
}
