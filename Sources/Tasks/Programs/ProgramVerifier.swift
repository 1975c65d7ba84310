import Core
import Sandbox

/// Judges a completion by running its program against the problem's tests.
public struct ProgramVerifier: Verifier {
  /// What a problem asks of a program.
  public struct Question: Sendable, Hashable {
    public let tests: ProgramTests
    /// The beginning of the program that the completion goes on with; nil where it is to be a whole program.
    public let prompt: String?

    /// A `prompt` is for tests that name one entry point.
    public init(tests: ProgramTests, prompt: String? = nil) {
      self.tests = tests
      self.prompt = prompt
    }
  }

  /// A verdict with its reasons.
  public struct JudgedProgram: Sendable, Hashable {
    public let verdict: Verdict
    /// Nil where the completion holds no program.
    public let report: ProgramReport?
  }

  public let programs: ProgramJudge
  private let question: @Sendable (Problem) -> Question?

  /// - Parameters:
  ///   - programs: shared by all verifiers, so that not more programs run at a time than it has workers.
  ///   - question: the tests of a problem; nil where it has none, which is the verdict `error`.
  public init(programs: ProgramJudge, question: @escaping @Sendable (Problem) -> Question?) {
    self.programs = programs
    self.question = question
  }

  public func judge(completion: String, problem: Problem) async -> Verdict {
    guard let question = question(problem) else { return Self.withoutTests }
    return await judge(completion: completion, question: question).verdict
  }

  /// `extracted` is the program.
  public func judge(completion: String, question: Question) async -> JudgedProgram {
    guard let program = Self.program(in: completion, question: question) else {
      return JudgedProgram(verdict: Verdict(.unparsed, reason: "the answer holds no program"), report: nil)
    }
    let report = await programs.judge(program: program, tests: question.tests)
    let outcome: Verdict.Outcome =
      switch report.outcome {
      case .correct: .correct
      case .incorrect: .incorrect
      case .timeout: .timeout
      case .error: .error
      }
    return JudgedProgram(
      verdict: Verdict(
        outcome, extracted: program, reason: outcome == .correct ? nil : Self.reason(report),
        tests: outcome == .error ? nil : Verdict.Tests(passed: report.passedTestCount, count: report.testCount)),
      report: report)
  }

  public func explain(completion: String, problem: Problem) async -> VerdictExplanation {
    guard let question = question(problem) else {
      return VerdictExplanation(Self.withoutTests, why: Self.withoutTests.reason ?? "")
    }
    let judged = await judge(completion: completion, question: question)
    return VerdictExplanation(
      judged.verdict, place: judged.report == nil ? nil : "the program", text: judged.verdict.extracted,
      referenceNormalForm: question.tests.tests.joined(separator: "\n"),
      why: judged.verdict.reason ?? "all \(question.tests.tests.count) tests passed")
  }

  private static let withoutTests = Verdict(.error, reason: "the problem has no tests; add the field 'tests'")

  private static func reason(_ report: ProgramReport) -> String {
    let failure = report.firstFailure.map { ": \($0)" } ?? ""
    return "\(report.passedTestCount) of \(report.testCount) tests passed\(failure)"
  }

  /// The program that is run, or nil where the completion holds none.
  public static func program(in completion: String, question: Question) -> String? {
    if let prompt = question.prompt, let name = question.tests.entryPoints.first {
      return ProgramExtraction.program(in: completion, continuing: prompt, defining: name)
    }
    let names = question.tests.entryPoints.isEmpty ? calledNames(in: question.tests.tests) : question.tests.entryPoints
    return ProgramExtraction.program(in: completion, defining: names)
  }

  /// The names before a parenthesis: more than the program's, which does no harm where blocks are chosen by them.
  private static func calledNames(in tests: [String]) -> [String] {
    var names: Set<String> = []
    for test in tests {
      var name = ""
      for character in test {
        if character == "_" || character.isLetter || character.isNumber {
          name.append(character)
        } else {
          if character == "(", !name.isEmpty { names.insert(name) }
          name = ""
        }
      }
    }
    return names.sorted()
  }
}
