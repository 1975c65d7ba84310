import Core
import Foundation
import Importers

extension FuzzTarget {
  static let samples =
    [
      FuzzTarget("json", dictionary: "json") { _ in
        { input in
          guard let document = try? JSONDocument(input, allowsNonFiniteNumbers: true) else {
            throw Refusal(message: "no JSON")
          }
          try visit(document.root)
        }
      },
      FuzzTarget("problems", dictionary: "json") { scratch in
        { _ = try ProblemFile(try scratch.write("problems.jsonl", $0).path) }
      },
      FuzzTarget("reversal-samples", dictionary: "json") { scratch in
        let problems = try knownProblems(scratch)
        return { try await read($0, as: "M1.jsonl", ImportOptions(format: .reversal), problems, scratch) }
      },
      FuzzTarget("openai-batch", dictionary: "json") { scratch in
        let problems = try knownProblems(scratch)
        return { try await read($0, as: "M1.jsonl", ImportOptions(format: .openAIBatch), problems, scratch) }
      },
    ]
    + [
      ("lm-eval", "samples_sums_2026-01-31T10-20-30.123456.jsonl", ImportOptions()),
      ("inspect", "log.json", ImportOptions()), ("inspect-archive", "log.eval", ImportOptions()),
    ].map { name, file, options in
      FuzzTarget(name, dictionary: name == "inspect-archive" ? "binary" : "json") { scratch in
        { try await read($0, as: file, options, nil, scratch) }
      }
    }
    + [
      ("evalplus", ImportOptions(format: .evalPlus, scorer: "plus")), ("human-eval", ImportOptions(format: .humanEval)),
    ].map { name, options in
      FuzzTarget(name, dictionary: "json") { scratch in
        let problems = try knownProblems(scratch)
        return { try await read($0, as: "M1.jsonl", options, problems, scratch) }
      }
    }
    + [
      FuzzTarget("fields", dictionary: "json") { scratch in
        let names = "completion=response.text,problem_id=idx,correct=ok,question=q,reference=gold,group=level"
        let options = ImportOptions(fields: try FieldMap(names), decoding: .sampled, task: "gsm8k")
        return { try await read($0, as: "M1.jsonl", options, nil, scratch) }
      }
    ]

  private static func knownProblems(_ scratch: Scratch) throws -> ProblemFile {
    let problems = ["q1", "q2", "mbpp/2", "humaneval/0"].map {
      Problem(id: ProblemID($0), task: "gsm8k", question: "?", reference: "2")
    }
    let lines = try problems.map { try JSONLines.line($0) }.joined(separator: "\n")
    return try ProblemFile(try scratch.write("known.jsonl", Array(lines.utf8)).path)
  }

  /// Reads a file as the audit does.
  private static func read(
    _ input: [UInt8], as name: String, _ options: ImportOptions, _ problems: ProblemFile?, _ scratch: Scratch
  ) async throws {
    let file = try IterationFile("1=" + scratch.write(name, input).path, option: "--samples")
    let known: ProblemFile
    if let problems {
      known = problems
    } else {
      known = try await ImportedProblems.collect(from: [file], options: options, threads: 1)
    }
    var count = 0
    let source = try await SampleImport(problems: known, options: options, threads: 1).read([file]) { _, _ in
      Verdict(.incorrect)
    } deliver: { _ in
      count += 1
    }
    guard source.greedy + source.sampled == count else { throw Breach("\(count) samples were counted otherwise") }
  }

  private static func visit(_ element: JSONElement) throws {
    // What is no text, or a bad one, is an error that names its place.
    _ = try? element.text()
    _ = (element.number, element.integer, element.flag, element["a"])
    for element in element.elements { try visit(element) }
    guard let members = try? element.members() else { return }
    for member in members { try visit(member.value) }
  }
}
