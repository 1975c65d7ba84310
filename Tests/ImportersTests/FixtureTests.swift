import Core
import Foundation
import Importers
import Testing

/// Files that the tools themselves wrote: Tests/Parity/importers.py made them.
@Suite struct FixtureTests {
  private let reading: Reading

  init() throws { reading = try Reading() }

  private static func path(_ name: String) throws -> String {
    try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil)).appending(path: name).path
  }

  private func read(
    _ name: String, problems: [Problem]? = nil, _ options: ImportOptions = ImportOptions()
  ) async throws -> Reading.Result {
    try await reading.read(paths: ["1=\(try Self.path(name))"], problems: problems, options)
  }

  private static func samples(_ task: String) -> String {
    "lm-eval/samples_\(task)_2026-01-31T10-20-30.123456.jsonl"
  }

  @Test func lmEvalGreedy() async throws {
    let strict = try await read(Self.samples("sums"))
    #expect(strict.problems.map(\.id.rawValue) == ["sums/0", "sums/1", "sums/2"])
    #expect(strict.problems.map(\.task) == ["gsm8k", "gsm8k", "gsm8k"])
    #expect(
      strict.lines == [
        "sums/0 0 greedy correct  She has <<3+4=7>>7 boats.\n#### 7",
        "sums/1 0 greedy unparsed  I think the answer is 99.",
        "sums/2 0 greedy incorrect  Let me add é \u{2028} \"up\".\n#### 21",
      ])
    #expect(strict.samples.map(\.verdict.extracted) == ["7", nil, "21"])
    #expect(strict.source.judgements == ["strict-match"])
    let flexible = try await read(Self.samples("sums"), ImportOptions(filter: "flexible-extract"))
    #expect(flexible.samples.map(\.verdict.extracted) == ["7", "99.", "21"])
    #expect(flexible.source.ignoredFilters == [.init(name: "strict-match", rows: 3)])
  }

  @Test func lmEvalRepeats() async throws {
    let read = try await read(Self.samples("sums_repeats"))
    #expect(read.samples.count == 12)
    #expect(read.samples.allSatisfy { $0.completion.decoding == .sampled })
    #expect(read.samples.map(\.completion.sampleIndex) == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3])
    #expect(read.source.judgedByFile == 0 && read.source.judgements.isEmpty)
    #expect(read.source.smallestSampleCount == 4 && read.source.problemsWithoutGreedy == 3)
  }

  @Test func twoTasksOnOneBenchmarkShareTheirProblems() async throws {
    let paths = try ["sums", "sums_repeats"].map { "1=\(try Self.path(Self.samples($0)))" }
    let read = try await reading.read(paths: paths)
    #expect(read.problems.map(\.id.rawValue) == ["sums/0", "sums/1", "sums/2"])
    #expect(
      read.source.greedy == 3 && read.source.sampled == 12 && read.source.judgements == ["strict-match", "score-first"])
    #expect(read.source.problemsWithoutGreedy == 0 && read.source.problemsWithoutSamples == 0)
  }

  @Test func lmEvalChoicesAndMathematics() async throws {
    let choices = try await read(Self.samples("places"))
    #expect(choices.lines == ["csqa/p0 0 greedy correct A", "csqa/p1 0 greedy incorrect A"])
    #expect(choices.problems[0].question == "Where do ships rest — at night?\n(A) harbour\n(B) oven\n(C) tree")
    let equations = try await read(Self.samples("equations"))
    #expect(equations.problems.map(\.group) == ["Level 1", "Level 3"])
    #expect(equations.problems.map(\.reference) == ["Subtract 2: $x=\\boxed{3}$.", "It is $\\boxed{\\frac{5}{6}}$."])
    // Compared with the whole answer, as the task has no filter: wrong, and nothing is said to be extracted.
    #expect(equations.samples.map(\.verdict) == [Verdict(.incorrect), Verdict(.incorrect)])
  }

  @Test func inspectGreedy() async throws {
    let read = try await read("inspect/greedy.eval")
    #expect(read.problems.map(\.id.rawValue) == ["gsm8k/sum-0", "gsm8k/sum-1", "gsm8k/sum-2"])
    #expect(read.problems.map(\.group) == ["Level 1", "Level 2", "Level 3"])
    #expect(read.problems.map(\.task) == ["gsm8k", "gsm8k", "gsm8k"])
    #expect(read.samples.map(\.completion.decoding) == [.greedy, .greedy, .greedy])
    #expect(read.samples.map(\.verdict.outcome) == [.correct, .incorrect, .incorrect])
    #expect(read.samples.map(\.verdict.extracted) == ["7", "99", "21"])
    #expect(read.samples.allSatisfy { $0.completion.finishReason == .stop && $0.completion.tokenCount != nil })
  }

  @Test func inspectEpochs() async throws {
    let path = try Self.path("inspect/sampled.eval")
    let error = await #expect(throws: InputError.self) { try await reading.read(paths: ["1=\(path)"]) }
    #expect(error?.file == path)
    #expect(
      error?.message
        == "samples/sum-0_epoch_1.json: has the scores of several scorers; choose one with --scorer: match, includes")
    let read = try await read("inspect/sampled.eval", ImportOptions(scorer: "match"))
    #expect(read.samples.count == 9 && read.source.sampled == 9 && read.source.judgements == ["match"])
    #expect(Set(read.samples.map(\.completion.sampleIndex)) == [0, 1, 2])
    let known = [Reading.problem("x/1", question: "Mira has 3 boats and buys 4 more. How many has she?")]
    let matched = try await self.read("inspect/sampled.eval", problems: known, ImportOptions(scorer: "match"))
    #expect(matched.source.sampled == 3 && matched.source.unknownProblems == 2 && matched.source.unknownRows == 6)
  }

  @Test func inspectJSON() async throws {
    let read = try await read("inspect/choices.json")
    #expect(
      read.lines == [
        "commonsense_qa/p0 0 greedy correct ANSWER: A", "commonsense_qa/p1 0 greedy incorrect ANSWER: C",
      ])
    #expect(read.problems[1].question == "What opens a lock?\n(A) cloud\n(B) key\n(C) soup")
    #expect(read.problems.map(\.task) == ["csqa", "csqa"] && read.problems.map(\.reference) == ["A", "B"])
    #expect(read.source.assumedDecodings == ["choices.json: greedy"])
  }

  @Test func evalPlus() async throws {
    let problems = ["mbpp/2", "mbpp/3"].map { Reading.problem($0) }
    let results = try await read("evalplus/samples_eval_results.json", problems: problems)
    #expect(results.samples.map(\.verdict.outcome) == [.correct, .incorrect, .correct, .incorrect])
    let samples = try await read("evalplus/samples.jsonl", problems: problems)
    #expect(samples.samples.map(\.completion) == results.samples.map(\.completion))
    #expect(samples.source.formats == ["evalplus"] && samples.source.judgedByFile == 0)
  }

  // MARK: Damage

  @Test func damagedLogsAreOneLine() async throws {
    let whole = try Data(contentsOf: URL(filePath: Self.path("inspect/greedy.eval")))
    for count in stride(from: 5, to: whole.count, by: 97) {
      let path = try reading.write("cut.eval", whole.prefix(count))
      let error = await #expect(throws: InputError.self) { try await reading.read(paths: ["1=\(path)"]) }
      #expect(error?.file == path && error?.message.contains("\n") == false)
    }
    // A directory entry that claims 1 GiB for the first sample.
    var claiming = [UInt8](whole)
    let name = [UInt8]("samples/sum-0_epoch_1.json".utf8)
    let central = try #require(
      claiming.indices.last { start in
        claiming[start...].starts(with: [0x50, 0x4b, 1, 2]) && claiming[(start + 46)...].starts(with: name)
      })
    claiming.replaceSubrange(central + 24..<central + 28, with: [0, 0, 0, 0x40])
    let path = try reading.write("claiming.eval", claiming)
    let error = await #expect(throws: InputError.self) { try await reading.read(paths: ["1=\(path)"]) }
    #expect(
      error?.message == "the entry 'samples/sum-0_epoch_1.json' holds 1073741824 bytes; at most 134217728 are read")
  }

  @Test func anArchiveOfSomethingElseIsRefused() async throws {
    // An empty archive.
    let path = try reading.write("empty.eval", [0x50, 0x4b, 3, 4] + [UInt8](repeating: 0, count: 30))
    let error = await #expect(throws: InputError.self) { try await reading.read(paths: ["1=\(path)"]) }
    #expect(error?.file == path)
  }
}
