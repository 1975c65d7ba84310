import ArgumentParser
import Core
import Foundation
import Tasks

extension DataCommand {
  struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Show the benchmarks, their splits, licences and which files are there.")

    @OptionGroup var options: FolderOptions
    @Flag(help: "As JSON Lines, a task a line.") var json = false

    private struct Row: Encodable {
      struct File: Encodable {
        let path: String
        let isThere: Bool
        let splits: [String: Int]
        let sha256: String?
        let address: String?

        private enum CodingKeys: String, CodingKey {
          case path, splits, sha256, address
          case isThere = "is_there"
        }
      }

      let task: String
      let version: Int
      let evaluationSplit: String
      let licence: String
      let home: String
      let note: String?
      let files: [File]

      private enum CodingKeys: String, CodingKey {
        case task, version, licence, home, note, files
        case evaluationSplit = "evaluation_split"
      }
    }

    func run() throws {
      let folder = options.folder
      let tasks = try DataCommand.tasks(named: nil)
      if json {
        for (task, dataSet) in tasks { print(try JSONLines.line(row(task, dataSet, folder))) }
        return
      }
      Console.show("Data folder: \(folder.url.path)")
      print()
      for (task, dataSet) in tasks {
        let missing = dataSet.files.filter { !folder.contains($0, in: dataSet) }
        let state =
          missing.isEmpty
          ? "there" : missing.count == dataSet.files.count ? "not there" : "in part: \(missing[0].name) is missing"
        let splits = dataSet.splits.map { part in
          "\(part.split.rawValue) \(DataCommand.grouped(part.problemCount))"
            + (part.split == dataSet.evaluationSplit ? "*" : "")
        }.joined(separator: ", ")
        Console.show("\(task.name), version \(task.version): \(state)")
        Console.show("  \(splits)")
        Console.show("  \(dataSet.licence); \(dataSet.home)")
        if let note = dataSet.note { Console.show("  \(note)") }
        if !missing.isEmpty {
          let canFetch = missing.allSatisfy { $0.address != nil }
          Console.show("  get it: reversal data \(canFetch ? "fetch \(task.name)" : "add \(task.name) FILE…")")
        }
      }
      print("\n* the split that its authors evaluate on")
    }

    private func row(_ task: any BenchmarkTask, _ dataSet: DataSet, _ folder: DataFolder) -> Row {
      Row(
        task: task.name, version: task.version, evaluationSplit: dataSet.evaluationSplit.rawValue,
        licence: dataSet.licence, home: dataSet.home, note: dataSet.note,
        files: dataSet.files.map { file in
          Row.File(
            path: folder.location(of: file, in: dataSet).path, isThere: folder.contains(file, in: dataSet),
            splits: Dictionary(uniqueKeysWithValues: file.parts.map { ($0.split.rawValue, $0.problemCount) }),
            sha256: file.sha256, address: file.address?.absoluteString)
        })
    }
  }
}
