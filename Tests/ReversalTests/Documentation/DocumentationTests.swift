import Foundation
import Testing

/// Every command of the documentation runs as it is written, or at least is one that the program has.
@Suite struct DocumentationTests {
  @Test(arguments: DocumentationPage.all.filter { page in page.blocks.contains { $0.isRun } })
  func everyCommandOfThePageRuns(page: DocumentationPage) throws {
    let folder = try DocumentationFixtures.folder(for: page)
    var script = "set -eu\n"
    let blocks = page.blocks.filter(\.isRun)
    for block in blocks {
      // What a block says goes to a file of its own, so that a failure is shown with its place.
      script += "echo \(block.line) > .block\n{\n\(block.text)\n} > .output-\(block.line)\n"
    }
    let result = try DocumentationFixtures.shell(script, in: folder.url)
    let place = (try? String(contentsOfFile: folder.path(".block"), encoding: .utf8))?
      .trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(result.status == 0, "\(page.path):\(place ?? "?"): status \(result.status): \(result.errors.suffix(600))")
    guard result.status == 0 else { return }
    for block in blocks {
      guard case .console(let output) = block.kind else { continue }
      let shown = try String(contentsOfFile: folder.path(".output-\(block.line)"), encoding: .utf8)
      for line in output where !line.isEmpty && !line.contains("…") {
        #expect(shown.contains(line), "\(page.path):\(block.line): the page shows \(line), and this came out: \(shown)")
      }
    }
  }

  /// Blocks that are not run, and commands in the prose: the subcommand and every option exist.
  @Test(arguments: DocumentationPage.all)
  func everyOtherCommandExists(page: DocumentationPage) throws {
    for block in page.blocks {
      switch block.kind {
      case .notRun(let reason):
        #expect(!reason.isEmpty, "\(page.path):\(block.line): say why no test runs it: ```sh no-test: REASON")
        for command in DocumentationPage.commands(in: block.text) { try check(command, page, block.line) }
      case .other(let language):
        #expect(
          DocumentationPage.commands(in: block.text).isEmpty,
          "\(page.path):\(block.line): commands in a block of '\(language)'; fence it with sh, or sh no-test: REASON")
      case .run, .console: break
      }
    }
    for span in page.spans where span.text.hasPrefix("reversal ") {
      for command in DocumentationPage.commands(in: span.text) { try check(command, page, span.line) }
    }
  }

  /// For whoever looks at the log: what is taken on trust, and why.
  @Test func whatIsNotRunIsListed() {
    let trusted = DocumentationPage.all.flatMap { page in
      page.blocks.compactMap { block -> String? in
        guard case .notRun(let reason) = block.kind else { return nil }
        return "\(page.path):\(block.line): \(reason)"
      }
    }
    print("Commands of the documentation that no test runs:\n" + trusted.joined(separator: "\n"))
    let run = DocumentationPage.all.flatMap(\.blocks).count { $0.isRun }
    #expect(run > trusted.count, "more blocks are taken on trust (\(trusted.count)) than run (\(run))")
  }

  /// Every page is reached from the index, and every link of a page leads somewhere.
  @Test func pagesAndLinksAreThere() throws {
    for page in DocumentationPage.all {
      let file = DocumentationPage.root.appending(path: page.path)
      let text = try String(contentsOf: file, encoding: .utf8)
      for link in text.matches(of: /\]\(([^)#: ]+)(#[^) ]*)?\)/) {
        let target = file.deletingLastPathComponent().appending(path: String(link.output.1))
        #expect(FileManager.default.fileExists(atPath: target.path), "\(page.path) links to \(link.output.1)")
      }
    }
    let index = try String(contentsOf: DocumentationPage.root.appending(path: "docs/README.md"), encoding: .utf8)
    for page in DocumentationPage.all where page.path.hasPrefix("docs/") && !page.path.contains("measures/") {
      let name = String(page.path.dropFirst("docs/".count))
      #expect(name == "README.md" || index.contains("(\(name)"), "docs/README.md does not lead to \(name)")
    }
  }

  @Test func aPageIsReadAsItIsMeant() {
    let page = DocumentationPage(
      "p.md",
      "Use `reversal audit --json`.\n```sh\nreversal a \\\n  --b\n```\n```sh no-test: no GPU\nx | bin/reversal c # d\n```\n"
        + "```console\n$ echo a\na\n```\n```yaml\nk: v\n```")
    #expect(page.blocks.map(\.line) == [2, 6, 9, 13])
    #expect(page.blocks[1].kind == .notRun(reason: "no GPU") && page.blocks[2].kind == .console(output: ["a"]))
    #expect(page.blocks[2].text == "echo a" && page.blocks[3].kind == .other(language: "yaml"))
    #expect(DocumentationPage.commands(in: page.blocks[0].text) == [["a", "--b"]])
    #expect(DocumentationPage.commands(in: page.blocks[1].text) == [["c"]])
    #expect(page.spans.map(\.text) == ["reversal audit --json"])
  }

  @Test(arguments: [["frobnicate"], ["audit", "--frobnicate"], ["train", "sft", "--frobnicate", "1"]])
  func aCommandThatTheProgramLacksIsFound(command: [String]) throws {
    #expect(try Self.complaint(command) != nil)
  }

  private func check(_ command: [String], _ page: DocumentationPage, _ line: Int) throws {
    let complaint = try Self.complaint(command)
    #expect(complaint == nil, "\(page.path):\(line): \(complaint ?? "")")
  }

  /// What is wrong with a command, by the program's own help; nil where nothing is.
  private static func complaint(_ command: [String]) throws -> String? {
    guard let name = command.first, !name.hasPrefix("-") else { return nil }
    guard let help = try Help.text([name]) else { return "there is no `reversal \(name)`" }
    var text = help
    if help.contains("SUBCOMMANDS:") {
      if let second = command.dropFirst().first, !second.hasPrefix("-") {
        guard let nested = try Help.text([name, second]) else { return "there is no `reversal \(name) \(second)`" }
        text = nested
      } else {
        // Said of all of them at once.
        for nested in help.matches(of: /\n  ([a-z]+) {2,}[A-Z]/) {
          text += try Help.text([name, String(nested.output.1)]) ?? ""
        }
      }
    }
    for option in command where option.hasPrefix("--") && option.count > 2 {
      let bare = option.prefix { $0 != "=" }.trimmingCharacters(in: CharacterSet(charactersIn: ".,…[]'\""))
      guard text.contains(bare) || bare == "--help" else { return "`reversal \(name)` has no \(bare)" }
    }
    return nil
  }
}

extension DocumentationPage.Block {
  var isRun: Bool {
    switch kind {
    case .run, .console: true
    case .notRun, .other: false
    }
  }
}

/// The help of every subcommand, asked for once.
enum Help {
  private static let texts = Cache()

  /// nil where there is no such subcommand.
  static func text(_ path: [String]) throws -> String? {
    try texts.value(path) {
      let result = try CommandLineTool.run(path + ["--help"])
      return result.status == 0 && result.output.contains("reversal \(path.joined(separator: " "))")
        ? result.output : nil
    }
  }

  private final class Cache: @unchecked Sendable {
    /// Guards `values`.
    private let lock = NSLock()
    private var values: [[String]: String?] = [:]

    func value(_ key: [String], _ make: () throws -> String?) rethrows -> String? {
      try lock.withLock {
        if let value = values[key] { return value }
        let value = try make()
        values[key] = value
        return value
      }
    }
  }
}
