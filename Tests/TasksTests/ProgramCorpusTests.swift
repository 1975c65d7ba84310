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
  private static let slow = ["mbpp/123"]

  private static func chosen(_ task: any BenchmarkTask, _ path: String) throws -> [Problem] {
    let problems = try task.loadProblems(from: SharedData.file(path), split: nil)
    return Swift.stride(from: 0, to: problems.count, by: stride).map { problems[$0] }
  }

  @Test(arguments: [
    ("data/mbpp/mbpp.jsonl", MBPPTask(.full, programs: ProgramCorpus.judge) as any BenchmarkTask),
    ("data/mbpp/sanitized-mbpp.json", MBPPTask(.sanitized, programs: ProgramCorpus.judge)),
    ("data/humaneval/HumanEval.jsonl", HumanEvalTask(programs: ProgramCorpus.judge)),
  ])
  func referenceProgramsPassAndEmptyOnesFail(path: String, task: any BenchmarkTask) async throws {
    guard SharedData.contains(path) else { return print("\(path) is not here: not tested") }
    let problems = try Self.chosen(task, path)
    for answer in [task.goldCompletion, task.goldReply] {
      let verdicts = await ProgramCorpus.verdicts(task, problems.map { ($0, answer($0)) })
      let failed = zip(problems, verdicts).filter { !$0.1.isCorrect }
      print("\(task.name): \(verdicts.count) reference programs, \(verdicts.count - failed.count) correct")
      for (problem, verdict) in failed { print("\(problem.id): \(verdict)") }
      #expect(failed.allSatisfy { Self.slow.contains($0.0.id.rawValue) && $0.1.outcome == .timeout })
    }
    let empty = await ProgramCorpus.verdicts(
      task,
      problems.map { problem in
        (
          problem,
          task is HumanEvalTask ? "    return None\n" : "def \(ProgramCorpus.entryPoint(of: problem))(*a): pass\n"
        )
      })
    #expect(empty.allSatisfy { $0.outcome == .incorrect })
  }

  /// A program that is right for another task: 973 wrong programs that run well.
  @Test(.enabled(if: SharedData.contains("data/mbpp/mbpp.jsonl"), "../shared/data/mbpp is not here"))
  func programsOfOtherTasksFail() async throws {
    let task = MBPPTask(programs: ProgramCorpus.judge)
    let problems = try task.loadProblems(from: SharedData.file("data/mbpp/mbpp.jsonl"), split: nil)
      .filter { !Self.slow.contains($0.id.rawValue) }
    let pairs = Swift.stride(from: 0, to: problems.count - 1, by: Self.stride).map { (problems[$0], problems[$0 + 1]) }
    // The neighbour's program under the name that the tests ask for, so that it is called.
    let verdicts = await ProgramCorpus.verdicts(
      task,
      pairs.map { own, other in
        let name = ProgramCorpus.entryPoint(of: own)
        let otherName = ProgramCorpus.entryPoint(of: other)
        return (own, "\(other.reference)\n\(name) = \(otherName)\n")
      })
    let passed = zip(pairs, verdicts).filter { $0.1.isCorrect }
    print("MBPP: \(verdicts.count) programs of the next task, \(passed.count) correct")
    #expect(verdicts.allSatisfy { $0.outcome != .error })
    // Neighbours that ask for the same function in other words.
    #expect(passed.allSatisfy { ProgramCorpus.equivalentNeighbours.contains($0.0.0.id.rawValue) })
  }

  /// The reference program with an answer that is almost right: one more, the opposite, one item too many.
  @Test(.enabled(if: SharedData.contains("data/mbpp/mbpp.jsonl"), "../shared/data/mbpp is not here"))
  func nearMissesFail() async throws {
    let task = MBPPTask(programs: ProgramCorpus.judge)
    let problems = try Self.chosen(task, "data/mbpp/mbpp.jsonl").filter { !Self.slow.contains($0.id.rawValue) }
    let verdicts = await ProgramCorpus.verdicts(
      task,
      problems.map { ($0, $0.reference + "\n" + ProgramCorpus.nearMiss(of: ProgramCorpus.entryPoint(of: $0))) })
    let passed = zip(problems, verdicts).filter { $0.1.isCorrect }
    print("MBPP: \(verdicts.count) near misses, \(passed.count) correct")
    for (problem, verdict) in passed { print("\(problem.id) near miss: \(verdict)") }
    #expect(verdicts.allSatisfy { $0.outcome != .error })
    #expect(passed.isEmpty)
  }
}

/// The data sets' programs, judged as a user's are.
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

  /// In the order of the answers.
  static func verdicts(_ task: any BenchmarkTask, _ answers: [(Problem, String)]) async -> [Verdict] {
    let verifier = task.verifier
    return await withTaskGroup(of: (Int, Verdict).self) { group in
      for (index, (problem, answer)) in answers.enumerated() {
        group.addTask { (index, await verifier.judge(completion: answer, problem: problem)) }
      }
      var found: [(Int, Verdict)] = []
      for await verdict in group { found.append(verdict) }
      return found.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  /// The function that a task's tests call: of the names its code defines, the last that its tests use.
  static func entryPoint(of problem: Problem) -> String {
    let test = problem.material.tests.joined()
    let names = problem.reference.split(whereSeparator: \.isNewline).compactMap { line -> String? in
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
  static let equivalentNeighbours: Set<String> = ["mbpp/666", "mbpp/728"]
}
