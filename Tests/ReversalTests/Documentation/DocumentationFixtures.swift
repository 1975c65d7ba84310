import Engines
import Foundation

/// The folder in which a page is worked through: what the pages take for granted is there, small.
///
/// `runs/demo`, `runs/sft` and `runs/dpo` are finished runs without their checkpoints; `P.jsonl`, `problems.jsonl`, `M1.jsonl` and
/// `M2.jsonl` problems and samples; `a.jsonl`, `b.jsonl` and `c.jsonl` greedy answers; `outputs` the files of other tools. `$MODEL` is a model's
/// folder. Another page that needs another file adds it here.
enum DocumentationFixtures {
  /// Made once for all pages, and gone when the process is.
  fileprivate static let base: Result<TemporaryFolder, any Error> = Result {
    atexit { (try? DocumentationFixtures.base.get())?.remove() }
    return try make()
  }

  static func folder(for page: DocumentationPage) throws -> TemporaryFolder {
    let base = try base.get()
    let folder = try TemporaryFolder()
    for name in try FileManager.default.contentsOfDirectory(atPath: base.url.path) {
      try FileManager.default.copyItem(at: base.url.appending(path: name), to: folder.url.appending(path: name))
    }
    return folder
  }

  static func shell(_ script: String, in folder: URL) throws -> CommandLineResult {
    let path = "\(CommandLineTool.program.deletingLastPathComponent().path):/usr/local/bin:/usr/bin:/bin"
    return try CommandLineTool.shell(
      "cd \"$1\" && HOME=$1 PATH=$2 MODEL=$3 LC_ALL=C.UTF-8 exec sh -c \"$4\"",
      [folder.path, path, EmbeddedModel.folder.path, script])
  }

  private static func make() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.writeProblems(train: 16, test: 16, outOfDistribution: 6, seed: 5)
    for (name, method) in [("sft", "sft"), ("dpo", "dpo")] {
      let configuration = try folder.file(
        "run.yaml",
        """
        task: arithmetic
        model: \(EmbeddedModel.folder.path)
        data: {train: train.jsonl, test: test.jsonl, ood: ood.jsonl}
        method: \(method)
        iterations: 2
        sampling: {n: 4, max_tokens: 100}
        evaluation: {samples: 4, questions: 8, first_iteration_samples: 4}
        training:
          first: {epochs: 1, learning_rate: 1.0e-3, batch_tokens: 700}
          sft: {epochs: 1, learning_rate: 3.0e-4, batch_tokens: 700}
          dpo: {epochs: 1, learning_rate: 3.0e-5, batch_pairs: 8}

        """)
      let run = try CommandLineTool.run(["run", configuration, "--out", folder.path("runs/\(name)")])
      guard run.status == 0 else { throw Failure(description: run.errors) }
      try FileManager.default.removeItem(atPath: folder.path("runs/\(name)/checkpoints"))
    }
    try FileManager.default.copyItem(atPath: folder.path("runs/sft"), toPath: folder.path("runs/demo"))
    for name in ["run.yaml", "train.jsonl", "test.jsonl", "ood.jsonl"] {
      try FileManager.default.removeItem(atPath: folder.path(name))
    }
    try writeOutputs(folder)
    return folder
  }

  struct Failure: Error, CustomStringConvertible { let description: String }

  /// Twelve problems; greedy answers and two samples of two models, of which the second is right more often.
  private static func writeOutputs(_ folder: TemporaryFolder) throws {
    let problems = (0..<12).map {
      #"{"id":"q\#($0)","task":"gsm8k","question":"What is \#($0) + 1?","reference":"\#($0 + 1)"}"#
    }.joined(separator: "\n")
    for name in ["P.jsonl", "problems.jsonl"] { _ = try folder.file(name, problems) }
    func answers(_ isRight: (Int) -> Bool, samples: Int) -> String {
      (0..<12).flatMap { question in
        (-1..<samples).map { sample in
          let number = isRight(question + max(0, sample)) ? question + 1 : 99
          let decoding = sample < 0 ? "greedy" : "sampled"
          return """
            {"problem_id":"q\(question)","sample_index":\(max(0, sample)),"decoding":"\(decoding)",\
            "completion":"<<\(question)+1=\(number)>> so #### \(number)"}
            """
        }
      }.joined(separator: "\n")
    }
    _ = try folder.file("M1.jsonl", answers({ $0 % 3 == 0 }, samples: 2))
    _ = try folder.file("M2.jsonl", answers({ $0 % 3 != 1 }, samples: 2))
    for (name, right) in [("a", 2), ("b", 3), ("c", 4)] {
      _ = try folder.file("\(name).jsonl", answers({ $0 % right != 1 }, samples: 0))
    }
    try writeOtherTools(folder)
  }

  /// What docs/importing.md reads: the importers' own fixtures, and rows in other tools' forms.
  private static func writeOtherTools(_ folder: TemporaryFolder) throws {
    let fixtures = DocumentationPage.root.appending(path: "Tests/ImportersTests/Fixtures")
    for (source, name) in [
      (
        "lm-eval/samples_sums_2026-01-31T10-20-30.123456.jsonl",
        "out/M%/model/samples_gsm8k_2026-01-31T10-20-30.123456.jsonl"
      ),
      ("inspect/greedy.eval", "logs/M%.eval"), ("evalplus/samples_eval_results.json", "M%_eval_results.json"),
    ] {
      for t in ["1", "2"] {
        let file = folder.url.appending(path: name.replacing("%", with: t))
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: fixtures.appending(path: source), to: file)
      }
    }
    try FileManager.default.copyItem(
      at: fixtures.appending(path: "programs.jsonl"), to: folder.url.appending(path: "mbpp.jsonl"))
    func lines(_ count: Int, _ line: (Int) -> String) -> String { (0..<count).map(line).joined(separator: "\n") }
    for t in [1, 2] {
      func batch(_ id: String, _ number: Int) -> String {
        #"{"id":"r","custom_id":"\#(id)","response":{"status_code":200,"body":{"choices":[{"index":0,"message":"#
          + #"{"role":"assistant","content":"It is \#(number)"}}]}},"error":null}"#
      }
      _ = try folder.file("M\(t)_greedy_output.jsonl", lines(12) { batch("q\($0)", $0 + ($0 % 3 < t ? 1 : 0)) })
      _ = try folder.file(
        "M\(t)_output.jsonl", lines(24) { batch("q\($0 / 2)-\($0 % 2)", $0 / 2 + ($0 % 3 < t ? 1 : 0)) })
      _ = try folder.file(
        "answers\(t).jsonl",
        lines(12) { #"{"idx":"q\#($0)","response":{"text":"It is \#($0 + ($0 % 3 < t ? 1 : 0))"}}"# })
      _ = try folder.file(
        "rows\(t).jsonl",
        lines(12) {
          #"{"id":"q\#($0)","prompt":"\#($0) + 1?","gold":"\#($0 + 1)","outputs":{"text":"It is \#($0 + ($0 % 3 < t ? 1 : 0))"}}"#
        })
    }
  }
}
