import ArgumentParser
import Core
import Foundation
import Tasks

/// `reversal data`: the official files of the benchmarks.
struct DataCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "List, add, check and fetch the files of the benchmarks.",
    discussion: """
      Files stand in $REVERSAL_DATA, otherwise in ~/.local/share/reversal/data, a folder for each data set. Their licences \
      are their authors'.
      """,
    subcommands: [ListCommand.self, AddCommand.self, CheckCommand.self, FetchCommand.self])

  struct FolderOptions: ParsableArguments {
    @Option(help: "The data folder; $REVERSAL_DATA, otherwise ~/.local/share/reversal/data.", completion: .directory)
    var data: String?

    var folder: DataFolder { data.map { DataFolder(URL(filePath: $0).standardizedFileURL) } ?? .standard() }
  }

  /// The tasks with official files; all of them where none is named.
  static func tasks(named name: String?) throws -> [(task: any BenchmarkTask, dataSet: DataSet)] {
    let catalog = TaskCatalog()
    guard let name else { return catalog.tasks.compactMap { task in task.dataSet.map { (task, $0) } } }
    let task = try catalog.task(named: name)
    guard let dataSet = task.dataSet else { throw InputError("the task '\(name)' has no official files") }
    return [(task, dataSet)]
  }

  static func grouped(_ number: Int) -> String {
    var digits = String(number)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return digits
  }
}
