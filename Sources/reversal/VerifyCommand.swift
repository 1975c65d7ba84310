import ArgumentParser
import Core
import Foundation
import Synchronization
import Tasks

/// `reversal verify`: a filter that judges answers.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Judge answers against references.",
    discussion: """
      Reads JSON Lines {"id","completion","reference"} and writes {"id","verdict","extracted",…} in the same order. The \
      verdict is correct, incorrect, unparsed (the answer gives nothing to compare, or names several answers), timeout \
      or error (the reference cannot be read); extracted is what was read out of the answer, in normal form, or null; \
      strict is the verdict by the benchmark's own strict rule, where it has one; reason says why there is no clear \
      answer. The reference may be the bare answer or the data set's whole answer text. Rows may carry "choices" \
      (csqa), "tests" and "setup" (mbpp), "question" (humaneval: the beginning of the program); of a program that ran, \
      passed_tests and test_count are written too, and a count of programs by tests passed to standard error.
      """)

  @Option(help: "\(TaskCatalog().names.joined(separator: ", ")).")
  var task: String

  @Option(help: "Answers judged at a time; does not change the output.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(
    help: ArgumentHelp(
      "Say of the answers with this id what was extracted where, both normal forms and why.", valueName: "id"))
  var explain: String?

  @Flag(help: "With --explain, as JSON Lines.")
  var json = false

  @OptionGroup var execution: ExecutionOptions

  @Argument(help: "JSON Lines file, or - for standard input.", completion: .file())
  var input = "-"

  func validate() throws {
    if threads < 1 { throw ValidationError("--threads is \(threads); give 1 or more") }
    if json, explain == nil { throw ValidationError("--json goes with --explain; rows are JSON Lines as they are") }
  }

  func run() async throws {
    let benchmark = try Wiring.tasks(execution.isolation, threads: threads).task(named: task)
    try ExecutionOptions.check(benchmark)
    if let explain { return try await explainAnswers(to: ProblemID(explain), by: benchmark) }
    let verifier = benchmark.verifier
    // A program takes a second, a number microseconds: their rows are handed out one by one and in hundreds.
    let isProgram = verifier is ProgramVerifier
    let counts = Mutex(PassedTestCounts())
    try await InputLines.answerInParallel(input, width: threads, rowsAtATime: isProgram ? 1 : 128) {
      (row: AnswerRow) in
      let verdict = await verifier.judge(completion: row.completion, problem: row.problem(of: benchmark.name))
      if verdict.tests != nil { counts.withLock { $0.add(verdict) } }
      return VerdictRow(id: row.id, task: benchmark.name, taskVersion: benchmark.version, verdict: verdict)
    }
    FileHandle.standardError.write(Data(counts.withLock(\.text).utf8))
  }

  private func explainAnswers(to id: ProblemID, by benchmark: any BenchmarkTask) async throws {
    var lines = try InputLines(path: input)
    var output = OutputLines()
    var count = 0
    while let row = try lines.nextRow(AnswerRow.self) {
      guard row.id.problemID == id else { continue }
      let explanation = await benchmark.verifier.explain(
        completion: row.completion, problem: row.problem(of: benchmark.name))
      let explained = ExplainedRow(
        id: row.id, task: benchmark.name, taskVersion: benchmark.version, explanation: explanation)
      if json {
        try output.write(explained)
      } else {
        print((count > 0 ? "\n" : "") + explained.text)
      }
      count += 1
    }
    try output.flush()
    guard count > 0 else { throw InputError(file: input, "holds no answer with the id '\(id)'; check the id") }
  }
}
