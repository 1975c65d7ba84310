import ArgumentParser
import Core
import Tasks

/// `reversal problems`: the generated word problems, in the problem format.
struct ProblemsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "problems",
    abstract: "Print generated arithmetic word problems as JSON Lines.",
    discussion: "The splits share no problem, whatever their seeds. The same seed prints the same problems.")

  /// The splits a user asks for; pretraining documents are the business of `reversal pretrain`.
  enum Split: String, ExpressibleByArgument, CaseIterable {
    case train
    case validation
    case test
    case outOfDistribution = "ood"

    var arithmeticSplit: ArithmeticSplit {
      switch self {
      case .train: .train
      case .validation: .validation
      case .test: .test
      case .outOfDistribution: .outOfDistribution
      }
    }
  }

  @Option(help: "Which problems: train, validation, test, or ood (out of distribution).")
  var split: Split

  @Option(help: "How many problems, Levels 1 to 5 in turn.")
  var count = 10

  @Option(help: "Seed of the generator.")
  var seed: UInt64 = 0

  func validate() throws {
    guard count > 0 else { throw ValidationError("--count is \(count); give 1 or more") }
  }

  func run() throws {
    for problem in ArithmeticGenerator(seed: seed).problems(split.arithmeticSplit, count: count) {
      print(try JSONLines.line(problem))
    }
  }
}
