import Foundation
import Testing

/// The completion scripts that the program writes for shells, and its help.
@Suite struct CompletionTests {
  private static let shells: [(name: String, check: [String])] = [
    ("bash", ["-n"]), ("zsh", ["-n"]), ("fish", ["--no-execute"]),
  ]

  /// Where the shell is installed, it takes the script for one of its own.
  @Test(arguments: ["bash", "zsh", "fish"])
  func theScriptIsThereAndParses(shell: String) throws {
    let result = try CommandLineTool.run(["--generate-completion-script", shell])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    for word in ["audit", "compare", "tensorboard", "fail-on"] { #expect(result.output.contains(word), "\(word)") }
    let folder = try TemporaryFolder()
    let script = try folder.file("script", result.output)
    let flags = Self.shells.first { $0.name == shell }?.check ?? []
    let parsed = try CommandLineTool.shell(
      "command -v \"$1\" > /dev/null || exit 77; \"$@\"", [shell] + flags + [script])
    #expect([0, 77].contains(parsed.status), "\(parsed.errors)")
    if parsed.status == 77 { print("\(shell) is not installed: its completion script was made and not parsed") }
  }

  @Test func aBrokenScriptDoesNotParse() throws {
    let folder = try TemporaryFolder()
    let script = try folder.file("script", "case x in\n(")
    #expect(try CommandLineTool.shell("bash -n \"$1\"", [script]).status != 0)
  }

  private static let subcommands: [[String]] = {
    let help = (try? CommandLineTool.run(["--help"]).output) ?? ""
    let names =
      help.components(separatedBy: "SUBCOMMANDS:").dropFirst().first?.components(separatedBy: "\n")
      .compactMap { line in line.firstMatch(of: /^  ([a-z]+) {2,}[A-Z]/).map { String($0.output.1) } } ?? []
    return names.map { [$0] } + [
      ["train", "sft"], ["train", "dpo"], ["data", "list"], ["data", "add"], ["data", "check"], ["data", "fetch"],
      ["model", "list"], ["model", "fetch"], ["benchmark", "train"], ["benchmark", "verify"],
    ]
  }()

  /// Every option of every subcommand is explained.
  @Test func everyOptionIsExplained() throws {
    #expect(Self.subcommands.count > 20)
    for path in Self.subcommands {
      let help = try #require(try Help.text(path), "reversal \(path)")
      #expect(help.contains("OVERVIEW: "), "\(path)")
      for line in help.components(separatedBy: "\n") {
        guard let option = line.firstMatch(of: /^  (--?[a-z0-9-]+[^ ]*( <[^>]+>)?( \.\.\.)?)(.*)$/) else { continue }
        let rest = option.output.4.trimmingCharacters(in: .whitespaces)
        // A long option has its words on the next line, set in further.
        let isLong = option.output.1.count > 22
        #expect(
          isLong || rest.count > 8, "reversal \(path.joined(separator: " ")): \(option.output.1) is not explained")
      }
      for line in help.components(separatedBy: "\n") where !line.hasPrefix("USAGE: ") {
        #expect(line.count <= 100, "\(path): \(line)")
      }
    }
  }
}
