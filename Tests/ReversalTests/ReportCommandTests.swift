import Engines
import Foundation
import RunStore
import Testing

/// `reversal report`, `compare --html`, `status` and `export --tensorboard` on finished runs of two seeds.
@Suite struct ReportCommandTests {
  /// Made once, and gone when the process is.
  fileprivate static let made: Result<TemporaryFolder, any Error> = Result {
    atexit { (try? ReportCommandTests.made.get())?.remove() }
    return try makeRuns()
  }

  /// `runs/one` and `runs/two`, which differ in their seed only.
  private static func makeRuns() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.writeProblems(train: 12, test: 12, outOfDistribution: 6, seed: 5)
    let configuration = try folder.file(
      "run.yaml",
      """
      task: arithmetic
      model: \(EmbeddedModel.folder.path)
      data: {train: train.jsonl, test: test.jsonl, ood: ood.jsonl}
      method: sft
      iterations: 2
      sampling: {n: 4, max_tokens: 100}
      evaluation: {samples: 4, questions: 8, first_iteration_samples: 4}
      training:
        first: {epochs: 1, learning_rate: 1.0e-3, batch_tokens: 700}
        sft: {epochs: 1, learning_rate: 3.0e-4, batch_tokens: 700}

      """)
    for (name, seed) in [("one", "1"), ("two", "2")] {
      let result = try CommandLineTool.run(
        ["run", configuration, "--out", folder.path("runs/\(name)"), "--seed", seed],
        environment: ["NO_COLOR": "1", "LC_ALL": "C"])
      try #require(result.status == 0, "\(result.errors)")
      // Each iteration in a line while it goes, and the figures at the end.
      #expect(result.errors.contains("M_1  pass@1 % "), "\(result.errors)")
      #expect(result.output.contains("distinct-n, correct answers") || result.output.contains("tokens a sample"))
      #expect(!result.output.contains("\u{1B}") && !result.output.contains("⠤"))
    }
    return folder
  }

  private let folder: TemporaryFolder
  private var runs: [String] { ["one", "two"].map { folder.path("runs/\($0)") } }

  init() throws { folder = try Self.made.get() }

  private func report(_ arguments: String...) throws -> String {
    let result = try CommandLineTool.run(["report"] + arguments)
    #expect(result.status == 0, "\(result.errors)")
    return result.output
  }

  @Test func everyFormat() throws {
    #expect(try report(runs[0], "--format", "md").hasPrefix("# Self-improvement: Iterative SFT\n"))
    let tables = try report(runs[0], "--format", "latex")
    #expect(tables.contains("\\toprule") && tables.contains("Iterative SFT"))
    let csv = try report(runs[0], "--format", "csv")
    #expect(csv.hasPrefix("run,group,measure,iteration,") && csv.contains("\nIterative SFT,Iterative SFT,pass_at_1."))
    #expect(try report(runs[0], "--out", "-").hasPrefix("<!DOCTYPE html>"))
  }

  @Test func aFolderAloneIsWrittenAsBefore() throws {
    let page = folder.path("runs/two/report.html")
    let before = try Data(contentsOf: URL(filePath: page))
    try FileManager.default.removeItem(atPath: page)
    #expect(try report(runs[1]).contains("Report: \(page)"))
    #expect(try Data(contentsOf: URL(filePath: page)) == before)
  }

  /// Runs that differ in their seed only are one line with a band; a folder of runs counts as its runs.
  @Test func seedsStandTogether() throws {
    for arguments in [runs, [folder.path("runs")]] {
      let out = folder.path("all-\(UUID().uuidString).html")
      let result = try CommandLineTool.run(["report"] + arguments + ["--out", out])
      #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
      let page = try String(contentsOfFile: out, encoding: .utf8)
      #expect(page.contains("Iterative SFT, mean of 2 runs") && page.contains("Iterative SFT, seed 2"))
      #expect(page.contains("The runs differ in seed: Iterative SFT, seed 1 1, Iterative SFT, seed 2 2."))
    }
  }

  @Test func anAuditStandsForARun() throws {
    let audit = folder.path("runs/one/audit.json")
    let csv = try report(audit, runs[1], "--format", "csv")
    #expect(csv.contains("\none,one,pass_at_1.") && csv.contains("\nIterative SFT,Iterative SFT,pass_at_1."))
    let own = try report(runs[0], "--format", "csv").split(separator: "\n").dropFirst().map { $0.drop { $0 != "," } }
    let file = try report(audit, "--format", "csv").split(separator: "\n").dropFirst().map { $0.drop { $0 != "," } }
    #expect(own.map { $0.dropFirst().drop { $0 != "," } } == file.map { $0.dropFirst().drop { $0 != "," } })
  }

  @Test func whatIsWrongIsOneLine() throws {
    let broken = try folder.file("broken.json", "{\"iterations\": []}")
    for (arguments, message) in [
      ([broken], "broken.json: is no audit: 'pass_at_1' is missing"), ([folder.path("none")], "none"),
      ([folder.path("none"), runs[0]], "does not exist"), ([runs[0], "--format", "pdf"], "'pdf' is invalid"),
      ([], "path"),
    ] as [([String], String)] {
      let result = try CommandLineTool.run(["report"] + arguments)
      #expect(result.status == 2 && result.errors.contains(message), "\(arguments): \(result.errors)")
    }
  }

  @Test func aComparisonHasAPage() throws {
    let out = folder.path("compared.html")
    let result = try CommandLineTool.run(["compare"] + runs + ["--html", out, "--resamples", "100"])
    #expect(result.status == 0 && result.output.contains("difference from one"), "\(result.errors)")
    let page = try String(contentsOfFile: out, encoding: .utf8)
    #expect(page.contains("Side by side on the same questions") && page.contains("Differences from one"))
    #expect(page.contains("pass@1 over the iterations"))
  }

  @Test func outputsOfOtherToolsAreComparedOnAPage() throws {
    let problems = try folder.file("p.jsonl", #"{"id":"a","task":"gsm8k","question":"?","reference":"1"}"#)
    let samples = try folder.file(
      "s.jsonl", #"{"problem_id":"a","sample_index":0,"decoding":"greedy","completion":"1","correct":true}"#)
    let out = folder.path("other.html")
    let result = try CommandLineTool.run(
      ["compare", "--problems", problems, "--html", out, "--resamples", "50"]
        + ["x", "y"].flatMap { ["--samples", "\($0):1=\(samples)", "--samples", "\($0):2=\(samples)"] })
    #expect(result.status == 0, "\(result.errors)")
    #expect(try String(contentsOfFile: out, encoding: .utf8).contains("Differences from x"))
  }

  /// Piped, so without colour whatever the terminal; lines of dots where the locale has them.
  @Test func statusAtAGlance() throws {
    let unicode = try CommandLineTool.run(["status", runs[0]], environment: ["LC_ALL": "C.UTF-8"])
    let ascii = try CommandLineTool.run(["status", runs[0]], environment: ["LC_ALL": "C"])
    for result in [unicode, ascii] {
      #expect(result.status == 0 && result.output.contains("pass@1, %") && result.output.contains("training loss"))
      #expect(!result.output.contains("\u{1B}"))
      for line in result.output.split(separator: "\n").drop(while: { !$0.hasPrefix("model  pass@1") }) {
        #expect(line.count <= 80, "\(line)")
      }
    }
    #expect(unicode.output.contains("┤") && !ascii.output.contains("┤"))
    let json = try CommandLineTool.run(["status", runs[0], "--json"]).output
    let object = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let figures = try #require(object["figures"] as? [[String: Any]])
    #expect(figures.count == 2 && figures[0]["final_loss"] is Double && figures[0]["tokens"] is Double)
  }

  @Test func eventFiles() throws {
    let out = folder.path("events")
    let result = try CommandLineTool.run(["export", folder.path("runs"), "--tensorboard", out])
    #expect(result.status == 0, "\(result.errors)")
    for name in ["one", "two"] {
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(out)/\(name)")
      #expect(files.count == 1 && files[0].hasPrefix("events.out.tfevents."))
      let bytes = try Data(contentsOf: URL(filePath: "\(out)/\(name)/\(files[0])"))
      for tag in [
        "pass_at_1/accuracy", "training/final_loss", "low/pass_at_1/accuracy",
        "measures/text_profile/word_tokens/correct",
      ] {
        #expect(bytes.range(of: Data(tag.utf8)) != nil, "\(tag)")
      }
    }
    let again = try CommandLineTool.run(["export", runs[0], "--tensorboard", out])
    #expect(again.status == 2 && again.errors.split(separator: "\n").count == 1, "\(again.errors)")
    let both = try CommandLineTool.run(["export", runs[0], "--tensorboard", out, "--problems"])
    #expect(both.status == 2 && both.errors.contains("give one of"))
  }
}
