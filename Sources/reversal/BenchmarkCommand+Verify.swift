import ArgumentParser
import Core
import Foundation

extension BenchmarkCommand {
  /// One row after the other, and neither JSON nor input counts.
  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Answers a second that a task's verifier judges, one after the other.")

    @Option(help: "Task, as for `reversal verify`.") var task: String
    @Option(help: "JSON Lines file, as for `reversal verify`.") var data: String
    @Option(help: "Passes over the answers; the median one counts.") var passes = 5
    @Flag(help: "One JSON object instead of a sentence.") var json = false
    @OptionGroup var execution: ExecutionOptions

    private struct Figure: Encodable {
      let answersPerSecond, seconds: Double
      let answers, correct: Int

      enum CodingKeys: String, CodingKey {
        case answersPerSecond = "answers_per_second"
        case answers, correct, seconds
      }
    }

    func validate() throws {
      if passes < 1 { throw ValidationError("--passes must be at least 1.") }
    }

    func run() async throws {
      let benchmark = try Wiring.tasks(execution.isolation, threads: 1).task(named: task)
      try ExecutionOptions.check(benchmark)
      var answers: [(completion: String, problem: Problem)] = []
      var lines = try InputLines(path: data)
      while let row = try lines.nextRow(VerifyCommand.AnswerRow.self) {
        answers.append((row.completion, row.problem(of: benchmark.name)))
      }
      guard !answers.isEmpty else { throw InputError(file: data, "holds no rows; give one JSON object a line") }
      let clock = ContinuousClock()
      var durations: [Double] = []
      var correct = 0
      for _ in 0..<passes {
        correct = 0
        let start = clock.now
        for (completion, problem) in answers
        where await benchmark.verifier.judge(completion: completion, problem: problem).isCorrect { correct += 1 }
        durations.append((clock.now - start) / .seconds(1))
      }
      let seconds = durations.sorted()[passes / 2]
      let figure = Figure(
        answersPerSecond: Double(answers.count) / seconds, seconds: seconds, answers: answers.count, correct: correct)
      print(
        json
          ? try JSONLines.line(figure)
          : String(
            format: "%.0f answers a second (%d in %.3f s, %d correct)", figure.answersPerSecond, answers.count, seconds,
            correct))
    }
  }
}
