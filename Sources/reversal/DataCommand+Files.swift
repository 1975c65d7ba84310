import ArgumentParser
import Core
import Foundation
import Tasks

extension DataCommand {
  struct AddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Copy a benchmark's files into the data folder.",
      discussion: "Every row is read and counted first; either all files are copied or none.")

    @Argument(help: "The benchmark; see `reversal data list`.") var task: String
    @Argument(help: "Its files, or a folder that holds them.", completion: .file()) var files: [String]
    @OptionGroup var options: FolderOptions
    @Flag(help: "As JSON Lines, a file a line.") var json = false

    func run() throws {
      let (task, dataSet) = try DataCommand.tasks(named: task)[0]
      for addition in try options.folder.add(files.map { URL(filePath: $0) }, to: task) {
        json ? print(try JSONLines.line(addition)) : Console.show(DataCommand.line(addition))
      }
      if let note = dataSet.note { Console.say(note) }
    }
  }

  struct FetchCommand: AsyncParsableCommand, InterruptibleCommand {
    static let configuration = CommandConfiguration(
      commandName: "fetch",
      abstract: "Get a benchmark's files from their public home.",
      discussion: """
        Over HTTPS, the known bytes or nothing: a file is put in its place once its SHA-256 is the one on record and every \
        row was read. A file that is there already is left alone.
        """)

    @Argument(help: "The benchmark; see `reversal data list`.") var task: String
    @Option(help: "Address of a folder laid out like the data folder, instead of the public homes.") var mirror: String?
    @OptionGroup var options: FolderOptions
    @Flag(help: "As JSON Lines, a file a line.") var json = false

    var continuation: @Sendable () -> String { { "whole files are kept, run the command again" } }

    func run() async throws {
      let (task, dataSet) = try DataCommand.tasks(named: task)[0]
      let mirror = try mirror.map { text in
        guard let url = URL(string: text), url.scheme != nil else {
          throw ValidationError("--mirror is '\(text)'; give an https address")
        }
        return url
      }
      if let note = dataSet.note { Console.say(note) }
      for file in dataSet.files {
        if options.folder.contains(file, in: dataSet) {
          Console.say("\(file.name) is there already")
          continue
        }
        if file.sha256 != nil, mirror != nil || file.address != nil { Console.say("fetching \(file.name)") }
        let addition = try await options.folder.fetch(file, of: task, in: dataSet, mirror: mirror)
        json ? print(try JSONLines.line(addition)) : Console.show(DataCommand.line(addition))
      }
    }
  }

  private static func line(_ addition: DataFolder.Addition) -> String {
    let bytes =
      switch addition.isKnown {
      case true?: "the known bytes"
      case false?: "not the known bytes, the right number of problems"
      case nil: "bytes not on record"
      }
    return "\(addition.file): \(grouped(addition.problemCount)) problems, \(bytes)"
  }
}
