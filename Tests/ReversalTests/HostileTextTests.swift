import Core
import Engines
import Foundation
import Testing

/// Text of models and files that would steer a terminal, reorder a line or run in a browser, planted wherever a command
/// takes text: nothing that it prints holds it raw.
@Suite struct HostileTextTests {
  /// Sets a window's title, clears the screen, colours by a C1 control, reverses the reading direction.
  private static let planted = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}\u{7f}<script>alert(1)</script>"
  /// As a part of JSON, with what no argument of a command can hold.
  private static let inJSON: String = {
    let escaped = planted.unicodeScalars.map { scalar in
      scalar.value < 0x20 ? "\\u" + String(format: "%04x", scalar.value) : String(scalar)
    }
    return escaped.joined() + #"\u0000\r\n"#
  }()

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// - Returns: What was printed, which is harmless.
  @discardableResult private func run(
    _ arguments: [String], input: String = "", status: Int32 = 0
  ) throws -> CommandLineResult {
    let result = try CommandLineTool.run(arguments, input: input)
    #expect(result.status == status, "\(arguments[0]): \(result.errors)")
    for text in [result.output, result.errors] { Self.expectHarmless(text, "\(arguments.prefix(2))") }
    return result
  }

  private static func expectHarmless(_ text: String, _ name: String) {
    // As bytes: a CR before an LF would be one character with it.
    for line in text.unicodeScalars.split(separator: "\n") {
      let line = String(String.UnicodeScalarView(line))
      #expect(VisibleText.line(line) == line, "\(name): \(line.debugDescription)")
    }
  }

  @Test func theAuditsOutputsAreHarmless() throws {
    let problems = try folder.file(
      "p.jsonl",
      (0..<4).map {
        """
        {"id":"\($0)\(Self.inJSON)","task":"gsm8k","question":"\(Self.inJSON)?","reference":"#### 1",\
        "group":"\(Self.inJSON)"}
        """
      }.joined(separator: "\n"))
    func samples(_ name: String, answer: Int) throws -> String {
      try folder.file(
        name,
        (0..<4).map {
          """
          {"problem_id":"\($0)\(Self.inJSON)","sample_index":0,"decoding":"greedy","completion":"\(Self.inJSON) #### \
          \(answer)"}
          """
        }.joined(separator: "\n"))
    }
    let (first, second) = (
      try samples("1\(Self.planted.prefix(6)).jsonl", answer: 2), try samples("2.jsonl", answer: 1)
    )
    let files = ["--problems", problems, "--samples", "1=\(first)", "--samples", "2=\(second)"]
    let html = folder.path("report.html")
    #expect(try run(["audit", "--resamples", "50", "--html", html] + files).output.contains("owned"))
    let page = try String(contentsOfFile: html, encoding: .utf8)
    #expect(page.contains("owned") && !page.contains("<script>alert"))
    Self.expectHarmless(page.replacing("\t", with: " "), "report.html")
    let json = try run(["audit", "--resamples", "50", "--json", "-"] + files).output
    #expect(json.contains(#"\u009b31m\u202e\u007f<script>"#))
    try run(
      ["compare", "--problems", problems, "--resamples", "50"]
        + ["a\(Self.planted)", "b"].flatMap { ["--samples", "\($0):1=\(first)", "--samples", "\($0):2=\(second)"] })
  }

  @Test func complaintsAreHarmless() throws {
    let problems = try folder.file("p.jsonl", #"{"id":"a","task":"gsm8k","question":"?","reference":"1"}"#)
    let row = #"{"problem_id":"\#(Self.inJSON)","sample_index":0,"decoding":"greedy","completion":"1"}"#
    let samples = try folder.file("\(Self.planted.replacing("/", with: "")).jsonl", row)
    let unknown = try run(["audit", "--problems", problems, "--samples", "1=\(samples)"], status: 2)
    #expect(unknown.errors.contains("owned") && unknown.errors.split(separator: "\n").count == 1)
    let strange = try folder.file("strange.jsonl", #"{"\#(Self.inJSON)":1}"#)
    try run(["audit", "--problems", problems, "--samples", "1=\(strange)"], status: 2)
    try run(["audit", "--problems", Self.planted, "--samples", "1=\(samples)"], status: 2)
    try run(["verify", "--task", "gsm8k", Self.planted], status: 2)
    try run(["verify", "--task", Self.planted], status: 2)
    try run(["verify", "--\(Self.planted)"], status: 2)
    let configuration = try folder.file("run.yaml", "\"\(Self.inJSON.replacing("\u{202e}", with: ""))\": 1\n")
    try run(["run", configuration, "--out", folder.path("run")], status: 2)
    let value = try folder.file("value.yaml", "task: gsm8k\nmethod: \"\(Self.inJSON)\"\ndata: {train: a}\nmodel: b\n")
    try run(["run", value, "--out", folder.path("run")], status: 2)
    try run(["data", "add", "gsm8k", samples, "--folder", folder.path("data")], status: 2)
    try run(["status", folder.path(Self.planted)], status: 2)
  }

  @Test func filtersWriteHarmlessLines() throws {
    let answer =
      #"{"id":"\#(Self.inJSON)","reference":"1","completion":"\#(Self.inJSON) \\boxed{\#(Self.inJSON)}"}"# + "\n"
    for task in ["gsm8k", "math", "csqa", "custom:text"] {
      #expect(try run(["verify", "--task", task], input: answer).output.contains("owned"))
    }
    let named = answer.replacing(#"{"id":"\#(Self.inJSON)""#, with: #"{"id":"a""#)
    let explained = try run(["verify", "--task", "math", "--explain", "a"], input: named)
    #expect(explained.output.contains("owned"))

    let model = try EmbeddedModel.folder.path
    let ids = try run(["tokenize", "--model", model], input: #"{"text":"\#(Self.inJSON)"}"# + "\n").output
    let back = try run(["tokenize", "--model", model, "--decode"], input: ids).output
    let texts = [back, #"{"text":"\#(Self.inJSON)"}"#].map {
      try? JSONDecoder().decode([String: String].self, from: Data($0.utf8))
    }
    #expect(texts[0] == texts[1] && texts[0] != nil)
    let prompt = #"{"id":"\#(Self.inJSON)","prompt":"\#(Self.inJSON)"}"# + "\n"
    #expect(try run(["sample", "--model", model, "--max-tokens", "2"], input: prompt).output.contains("owned"))
  }

  @Test func aModelFolderIsDescribedHarmlessly() throws {
    let model = folder.url.appending(path: "model")
    try FileManager.default.copyItem(at: EmbeddedModel.folder, to: model)
    let config = model.appending(path: "config.json")
    let text = try String(contentsOf: config, encoding: .utf8)
    let hostile = text.replacing("LlamaForCausalLM", with: Self.inJSON).replacing(
      #""llama""#, with: #""\#(Self.inJSON)""#)
    try Data(hostile.utf8).write(to: config)
    #expect(try run(["inspect", model.path]).output.contains("owned"))
    #expect(try run(["inspect", model.path, "--json"]).output.contains("owned"))
    try run(["sample", "--model", model.path], input: #"{"id":"a","prompt":"b"}"# + "\n", status: 2)
  }

  /// A run on such problems, in a folder of such a name.
  @Test func aRunIsReportedHarmlessly() throws {
    let rows = (0..<4).map {
      """
      {"id":"\($0)\(Self.inJSON)","question":"What is \($0) + 1?","reference":"#### \($0 + 1)","group":"\(Self.inJSON)"}
      """
    }
    let data = try folder.file("rows.jsonl", rows.joined(separator: "\n"))
    let configuration = try folder.file(
      "run.yaml",
      """
      task: custom:numeric
      model: \(EmbeddedModel.folder.path)
      data: {train: \(data), test: \(data)}
      method: sft
      iterations: 1
      sampling: {n: 2, max_tokens: 8, stop: ["\\e[2J"]}
      evaluation: {samples: 2, questions: 4, first_iteration_samples: 2}
      training: {first: {epochs: 1, batch_tokens: 700}}

      """)
    let out = folder.path("run\(Self.planted.replacing("/", with: ""))")
    #expect(try run(["run", configuration, "--out", out]).output.contains("owned"))
    try run(["status", out])
    try run(["status", out, "--json"])
    try run(["report", out])
    #expect(try run(["fsck", out]).output.contains("owned"))
    try run(["audit", out, "--resamples", "50"])
    try run(["compare", out, out, "--resamples", "50"], status: 2)
    for export in [["--completions"], ["--problems"], ["--training-set", "1"], ["--lineage"]] {
      try run(["export", out] + export)
    }
    let page = try String(contentsOfFile: out + "/report.html", encoding: .utf8)
    #expect(!page.contains("<script>alert"))
    Self.expectHarmless(page.replacing("\t", with: " "), "report.html")
    // No name of a file was made of what the problems say.
    let names = try #require(FileManager.default.enumerator(atPath: out)).compactMap { $0 as? String }
    #expect(names.count > 5 && names.allSatisfy { VisibleText.line($0) == $0 && !$0.contains("owned") })
  }
}
