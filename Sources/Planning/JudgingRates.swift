/// What judging and keeping an answer takes of the processors.
public enum JudgingRates {
  static let programTasks: Set<String> = ["mbpp", "mbpp-sanitized", "humaneval", "custom:program"]
  static let expressionTasks: Set<String> = ["math", "math-algebra", "math500", "custom:math"]

  /// Processor seconds a verdict.
  static func judging(task: String) -> PlanConstant {
    if programTasks.contains(task) {
      return PlanConstant(
        "judging a program", Span(0.0625, low: 0.04, high: 0.5), "processor s", .measured,
        "docs/benchmarks.md: 32.0 programs/s on 2 cores; one that does not end takes its whole time limit")
    }
    if expressionTasks.contains(task) {
      return PlanConstant(
        "judging an expression", Span(10e-6, low: 5e-6, high: 200e-6), "processor s", .measured,
        "docs/benchmarks.md: 9.6 µs a real answer, 173 µs one of the hard corpus")
    }
    return PlanConstant(
      "judging an answer", Span(10e-6, low: 5e-6, high: 40e-6), "processor s", .measured,
      "docs/planning.md: 100,753 answers to GSM8K and 80,680 to CommonsenseQA a second and core")
  }

  static let storing = PlanConstant(
    "keeping an answer", Span(30e-6, low: 10e-6, high: 100e-6), "s", .assumed, "its row and index entry in run.sqlite")

  static let auditing = PlanConstant(
    "auditing", Span(11e-6, low: 9e-6, high: 30e-6), "s an answer", .measured,
    "docs/benchmarks.md: 9.6 to 16.0 s a million answers on 2 cores")
}
