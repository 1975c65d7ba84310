import ArgumentParser
import Core
import Foundation
import Report
import RunStore
import Storage

/// `reversal report`: the report of finished runs or of audits, in a format of one's choice.
struct ReportCommand: AsyncParsableCommand, InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report of finished runs or audits as HTML, Markdown, CSV or LaTeX tables.",
    discussion: """
      With one folder and nothing else it writes DIR/audit.json and DIR/report.html anew; for a folder of runs also one \
      report over all of them. With several, or with another --format, one report over all goes to --out, or to standard \
      output. Runs that differ in their seed only are drawn as their mean with a band from the lowest to the highest. \
      An audit.json is one that `reversal audit --json` wrote; a run's folder is audited again.

        reversal report runs/demo
        reversal report runs/seed-1 runs/seed-2 runs/seed-3 --out all.html
        reversal report runs/demo --format latex --out tables.tex
        reversal report audit.json --format csv
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    /// Figures, tables and case study in one file.
    case html
    /// Markdown tables.
    case md
    /// A row for every number.
    case csv
    /// Tables for a paper.
    case latex
  }

  @Argument(
    help: ArgumentHelp("Runs' folders, folders of runs, or audit.json files.", valueName: "path"),
    completion: .file(extensions: ["json"]))
  var paths: [String]

  @Option(help: "html, md (Markdown tables), csv (a row for every number) or latex (booktabs tables).")
  var format = Format.html

  @Option(
    help: ArgumentHelp("Write the report here; - is standard output.", valueName: "file"), completion: .file())
  var out: String?

  func validate() throws {
    if paths.isEmpty { throw ValidationError("give the folder of a run, or an audit.json") }
  }

  var continuation: @Sendable () -> String {
    { [paths] in "go on with: reversal report \(paths.map(\.shellWord).joined(separator: " "))" }
  }

  func run() async throws {
    // What does not exist is reported as the folder of a run that it is not.
    if paths.count == 1, format == .html, out == nil, ReportSource.isFolder(URL(filePath: paths[0])) ?? true {
      return try await RunSession.report(onRunsIn: URL(filePath: paths[0]).standardizedFileURL)
    }
    let input = try ReportSource.read(paths)
    try Task.checkCancellation()
    let text = try Self.render(input, format)
    if let out, out != "-" {
      try DurableFile.replace(URL(filePath: out), with: Data(text.utf8))
    } else {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }
  }

  static func render(_ input: ReportInput, _ format: Format) throws -> String {
    switch format {
    case .html: HTMLReport.render(input)
    case .md: MarkdownReport.render(input)
    case .csv: try CSVReport.render(input)
    case .latex: LaTeXReport.render(input)
    }
  }
}
