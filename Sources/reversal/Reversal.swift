import ArgumentParser

@main
struct Reversal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reversal",
    abstract: "Is self-improvement progress, or regress?",
    version: "0.1.0",
    subcommands: [Experiment.self, PretrainCommand.self, BenchmarkCommand.self, TokenizeCommand.self, VerifyCommand.self, ProblemsCommand.self])
}
