import Core
import Foundation
import Importers
import Testing

@Suite struct StreamTests {
  private let reading: Reading

  init() throws { reading = try Reading() }

  private func row(_ problem: Int, _ index: Int, _ decoding: Decoding, _ text: String = "right") -> String {
    #"{"problem_id":"\#(problem)","sample_index":\#(index),"decoding":"\#(decoding)","completion":"\#(text)"}"#
  }

  private let problems = (0..<50).map { Reading.problem("\($0)") }

  /// More than a block, so that several threads read it.
  private func manyRows() -> [String] {
    (0..<6_000).map { row($0 % 50, $0 / 50, .sampled, "text \($0) \(String(repeating: "x", count: $0 % 97))") }
  }

  @Test(arguments: [1, 2, 5]) func rowsComeInTheirOrderWhateverTheThreads(threads: Int) async throws {
    let rows = manyRows()
    let read = try await reading.read(
      [("m.jsonl", rows.joined(separator: "\r\n\n"))], problems: problems, threads: threads)
    #expect(read.samples.count == rows.count)
    #expect(read.samples.enumerated().allSatisfy { $0.element.completion.text.hasPrefix("text \($0.offset) ") })
    #expect(read.source.smallestSampleCount == 120 && read.source.largestSampleCount == 120)
  }

  @Test func aBadRowInTheMiddleIsNamedByItsLine() async throws {
    var rows = manyRows()
    rows[4_321] = #"{"problem_id":"1","sample_index":"#
    rows[5_000] = "nothing"
    #expect(
      await reading.message([("m.jsonl", rows.joined(separator: "\n"))], problems: problems)
        == "m.jsonl:4322: not a JSON object; each line must be one complete JSON object in UTF-8")
  }

  @Test func filesOfOneIterationAreReadTogether() async throws {
    let read = try await reading.read(
      [("g.jsonl", row(0, 0, .greedy)), ("s.jsonl", row(0, 0, .sampled) + "\n" + row(0, 1, .sampled))],
      problems: problems)
    #expect(read.lines == ["0 0 greedy correct right", "0 0 sampled correct right", "0 1 sampled correct right"])
    #expect(read.source.files == ["g.jsonl", "s.jsonl"] && read.source.problemsWithoutSamples == 49)
    #expect(
      await reading.message(
        [("a.jsonl", row(3, 7, .sampled)), ("b.jsonl", "\n" + row(3, 7, .sampled))], problems: problems
      )
      .replacing(reading.folder.path + "/", with: "")
        == "b.jsonl:2: the sampled sample 7 of problem '3' is that of a.jsonl:1 too; give every sample of a problem its own "
        + "sample_index")
  }

  @Test func theArgumentSaysTheDecoding() async throws {
    let text = #"{"id":"0","output":"right"}"#
    let options = ImportOptions(fields: try FieldMap("completion=output,problem_id=id"))
    let read = try await reading.read(
      [("g.jsonl:greedy", text), ("s.jsonl:sampled", text), ("t.jsonl:sampled", text)], problems: problems, options)
    #expect(read.lines == ["0 0 greedy correct right", "0 0 sampled correct right", "0 1 sampled correct right"])
    #expect(read.source.assumedDecodings.isEmpty)
    let said = try await reading.read(
      [("g.jsonl", text)], problems: problems, ImportOptions(fields: options.fields, decoding: .sampled))
    #expect(said.lines == ["0 0 sampled correct right"])
  }

  @Test func compressedFilesAreRead() async throws {
    // printf '{"problem_id":"0","sample_index":0,"decoding":"greedy","completion":"right"}\n' | gzip -n9 | base64
    let packed = try #require(Data(base64Encoded: Self.packed))
    let path = try reading.write("m.jsonl.gz", packed)
    let read = try await reading.read(paths: ["1=\(path)"], problems: problems)
    #expect(read.lines == ["0 0 greedy correct right"])
    let cut = try reading.write("cut.jsonl.gz", packed.prefix(40))
    let error = await #expect(throws: InputError.self) {
      try await reading.read(paths: ["1=\(cut)"], problems: problems)
    }
    #expect(error?.message.hasPrefix("cannot be unpacked") == true)
  }

  private static let packed =
    "H4sIAAAAAAACA6tWKijKT8pJzY3PTFGyUjJQ0lEqTswtyEmNz8xLSa1QsjLQUUpJTc5PycxLB8qnF6WmplQCFSXngxSVZObnAUWLMtMzSpRquQC4iGLzTQAAAA=="

  @Test func hostileRowsAreOneLine() async throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(
      await reading.message(
        [("m.jsonl", row(0, 0, .greedy) + "\n" + #"{"problem_id":"1","x":"# + deep)], problems: problems)
        == "m.jsonl:2: has values nested more than 512 deep; write it flatter")
    #expect(
      await reading.message([("m.jsonl", row(0, 0, .greedy, #"\ud83d"#))], problems: problems)
        == "m.jsonl:1: the field 'completion' holds text that is not UTF-8, or half of a surrogate pair; write it anew in "
        + "UTF-8")
    for index in ["-1", "4294967296", "9223372036854775807"] {
      #expect(
        await reading.message(
          [("m.jsonl", row(0, 0, .greedy).replacing(#"index":0"#, with: #"index":\#(index)"#))], problems: problems)
          == "m.jsonl:1: the sample index \(index) of problem '0' is not in 0 … 2147483647")
    }
    #expect(
      await reading.message([("m.jsonl", row(0, 0, .greedy).replacing("greedy", with: "beam"))], problems: problems)
        == "m.jsonl:1: the field 'decoding' is 'beam'; write greedy or sampled")
  }

  @Test func namesInMessagesStayOnOneLine() async {
    let name = String(repeating: "x", count: 200)
    #expect(
      await reading.message(
        [("m.jsonl", row(0, 0, .greedy).replacing(#""0""#, with: #""a\n\u001b[31m\u202e\#(name)""#))],
        problems: problems)
        == "m.jsonl:1: the problem 'a␊␛[31m⟨U+202E⟩\(name.prefix(72))…' is not in problems.jsonl; add it there, remove the sample, "
        + "or count such samples with --unmatched count")
  }

  @Test func aByteOrderMarkIsPassedOver() async throws {
    let read = try await reading.read([("m.jsonl", "\u{feff}" + row(0, 0, .greedy))], problems: problems)
    #expect(read.lines == ["0 0 greedy correct right"])
  }

  @Test func aFolderIsRefused() async throws {
    let error = await #expect(throws: InputError.self) {
      try await reading.read(paths: ["1=\(reading.folder.path)"], problems: problems)
    }
    #expect(error?.message == "is a folder; name the files in it, each with its iteration")
  }
}
