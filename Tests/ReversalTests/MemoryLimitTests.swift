import Engines
import Foundation
import TestSupport
import Testing

#if os(Linux)
  /// Under a limit that work does not fit into, it ends before it begins: the estimate in one line, exit status 1, nothing
  /// written.
  @Suite(.disabled(if: Sanitizer.isOn, "a sanitizer takes terabytes of addresses"))
  struct MemoryLimitTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// - Parameter kibibytes: Enough for the program itself.
    private func expectRefusal(
      _ arguments: [String], input: String = "", kibibytes: Int, _ beginning: String
    ) throws {
      let result = try CommandLineTool.shell(
        #"ulimit -v "$1" && shift && exec "$@""#, ["\(kibibytes)", CommandLineTool.program.path] + arguments,
        input: input)
      #expect(result.status == 1, "\(result.status): \(result.errors)")
      #expect(result.output.isEmpty)
      let lines = result.errors.split(separator: "\n")
      #expect(lines.last?.hasPrefix("reversal: \(beginning)") == true, "\(result.errors)")
      #expect(lines.last?.contains(" are free; ") == true && lines.count <= 2, "\(result.errors)")
    }

    /// The program and what its threads reserve, and little more.
    private static let tight = 400_000

    @Test func samplingThatDoesNotFitIsRefused() throws {
      try expectRefusal(
        ["sample", "--model", EmbeddedModel.folder.path, "--n", "100000", "--batch-size", "100000", "--threads", "2"],
        input: #"{"id":"a","prompt":"Mia has 2 apples."}"# + "\n", kibibytes: Self.tight, "sampling takes ")
    }

    @Test func aTrainingThatDoesNotFitIsRefused() throws {
      let row = #"{"prompt":"Q: 1 + 1?","completion":"\#(String(repeating: " 1 + 1 = 2.", count: 12))"}"# + "\n"
      let data = try folder.file("rows.jsonl", String(repeating: row, count: 4_000))
      try expectRefusal(
        [
          "train", "sft", "--model", EmbeddedModel.folder.path, "--data", data, "--out", folder.path("out"),
          "--batch-tokens", "10000000", "--threads", "2",
        ], kibibytes: Self.tight, "training takes ")
      #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
    }

    @Test func aRunThatCannotFitLeavesNothing() throws {
      try expectRefusal(
        ["demo", "--out", folder.path("demo"), "--threads", "2"], kibibytes: 320_000,
        "a run, activations aside, takes ")
      #expect(!FileManager.default.fileExists(atPath: folder.path("demo")))
    }

    /// Where threads cannot begin, the system lets a process wait for them for ever.
    @Test(arguments: [180_000, 220_000, 260_000])
    func aLimitThatLeavesNoRoomForThreadsIsNamed(kibibytes: Int) throws {
      let result = try CommandLineTool.shell(
        #"ulimit -v "$1" && shift && exec "$@""#,
        ["\(kibibytes)", CommandLineTool.program.path, "tokenize", "--model", EmbeddedModel.folder.path],
        input: #"{"text":"a"}"# + "\n")
      #expect(result.status == 1 && result.output.isEmpty, "\(result.status): \(result.errors)")
      let lines = result.errors.split(separator: "\n")
      #expect(lines.count == 1 && lines[0].hasPrefix("reversal: `ulimit -v` leaves "), "\(result.errors)")
    }

    /// A hole stands for the samples: what is not read need not be there.
    @Test func anAuditOfFilesThatDoNotFitIsRefused() throws {
      let samples = try folder.file("M1.jsonl", "")
      let handle = try FileHandle(forWritingTo: URL(filePath: samples))
      try handle.truncate(atOffset: 1 << 40)
      try handle.close()
      let problems = try folder.file("problems.jsonl", #"{"id":"a","task":"gsm8k","question":"?","reference":"1"}"#)
      let result = try CommandLineTool.run(["audit", "--problems", problems, "--samples", "1=\(samples)"])
      #expect(result.status == 1 && result.output.isEmpty)
      #expect(
        result.errors.hasPrefix("reversal: an audit of these files takes ") && result.errors.contains(" are free; "))
    }
  }
#endif
