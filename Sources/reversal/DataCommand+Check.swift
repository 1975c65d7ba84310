import ArgumentParser
import Core
import Foundation
import Tasks

extension DataCommand {
  struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Check the files of the data folder.",
      discussion: """
        Reads every row, compares counts and SHA-256 with those on record, and lets every reference be judged by its own \
        verifier. Exit status 1 where a file is not what it should be.
        """)

    @Argument(help: "The benchmark; all that are there unless given.") var task: String?
    @Flag(help: "Run references that are programs, too, in the sandbox. Takes minutes.") var programs = false
    @OptionGroup var options: FolderOptions
    @Flag(help: "As JSON Lines, a file a line.") var json = false

    func run() async throws {
      let folder = options.folder
      let tasks = try DataCommand.tasks(named: task)
      var checkedCount = 0
      var isSound = true
      for (task, dataSet) in tasks {
        if programs { try ExecutionOptions.check(task) }
        for file in dataSet.files where folder.contains(file, in: dataSet) {
          let checked = try await folder.check(file, of: task, runsPrograms: programs)
          json ? print(try JSONLines.line(checked)) : Console.show(Self.line(checked))
          checkedCount += 1
          isSound = isSound && checked.isSound
        }
      }
      guard checkedCount > 0 else {
        throw InputError(
          file: folder.url.path,
          "holds no file of \(task ?? "any benchmark"); see `reversal data list` for how to get it")
      }
      if !isSound { throw ExitCode(1) }
    }

    private static func line(_ checked: DataFolder.CheckedFile) -> String {
      let count = grouped(checked.problemCount)
      var findings = [
        checked.problemCount == checked.officialProblemCount
          ? "\(count) problems" : "\(count) problems instead of \(grouped(checked.officialProblemCount))"
      ]
      switch checked.checksum {
      case .known: findings.append("the known bytes")
      case .other: findings.append("NOT the known bytes")
      case .unrecorded: findings.append("bytes not on record")
      }
      if let unverified = checked.unverified {
        let names = unverified.prefix(5).map(\.rawValue).joined(separator: ", ") + (unverified.count > 5 ? ", …" : "")
        let damaged = checked.knownDamagedCount > 0 ? " (\(checked.knownDamagedCount) damaged in the original)" : ""
        findings.append(
          unverified.isEmpty
            ? "every reference verifies" : "\(unverified.count) references do not verify\(damaged): \(names)")
      } else {
        findings.append("references not run; --programs runs them")
      }
      return "\(checked.isSound ? "ok " : "BAD")  \(checked.task)  \(checked.file): \(findings.joined(separator: ", "))"
    }
  }
}
