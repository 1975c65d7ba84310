import ArgumentParser

@main
struct Reversal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reversal",
    abstract: "Is self-improvement progress, or regress?",
    version: "0.1.0",
    subcommands: [
      DemoCommand.self, RunCommand.self, ResumeCommand.self, StatusCommand.self, ReportCommand.self, ExportCommand.self,
      AuditCommand.self, SampleCommand.self, LogprobsCommand.self, TokenizeCommand.self, VerifyCommand.self,
      TrainCommand.self, PretrainCommand.self, ProblemsCommand.self, BenchmarkCommand.self, Experiment.self,
    ])
}
