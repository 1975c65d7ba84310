import Engines
import Foundation
import TestSupport
import Testing

#if os(Linux)
  /// Filters take what is longer than memory: what they hold does not grow with their input.
  @Suite(
    .serialized,
    .disabled(if: Sanitizer.isOn, "a sanitizer takes memory and addresses of its own"))
  struct StreamTests {
    private static let isLong = ProcessInfo.processInfo.environment["REVERSAL_TORTURE"] == "1"
    private static let steps = String(repeating: "First 3 + 4 = 7, so she has 7 apples and 2 pears. ", count: 20)

    private static func answer(_ number: Int) -> String {
      "{\"id\":\(number),\"reference\":\"#### \(number % 10)\",\"completion\":\"\(steps)\\n#### 7\"}"
    }

    private func expectConstantMemory(
      _ arguments: [String], megabytes: (Int, Int), row: (Int) -> String
    ) throws {
      let few = try StreamedCommand(arguments, byteCount: megabytes.0 << 20, row: row)
      let many = try StreamedCommand(arguments, byteCount: megabytes.1 << 20, row: row)
      #expect(few.status == 0 && many.status == 0)
      #expect(few.peak > 1 << 20)
      // What is in flight differs a little from run to run; a hundredth of the input more would show.
      #expect(many.peak < few.peak + (16 << 20), "\(few.peak) bytes, then \(many.peak)")
      print("\(arguments[0]): peak \(few.peak >> 20) MiB, then \(many.peak >> 20) MiB of \(megabytes.1) MiB")
    }

    @Test func verifyStreams() throws {
      try expectConstantMemory(
        ["verify", "--task", "gsm8k"], megabytes: Self.isLong ? (64, 10_240) : (12, 60), row: Self.answer)
    }

    @Test func tokenizeStreams() throws {
      let folder = try EmbeddedModel.folder.path
      try expectConstantMemory(["tokenize", "--model", folder], megabytes: Self.isLong ? (64, 2_048) : (6, 30)) {
        #"{"text":"\#($0) \#(Self.steps)"}"#
      }
    }

    /// A line without end is refused before it fills memory, with its place.
    @Test(arguments: [["verify", "--task", "gsm8k"], ["tokenize", "--model", "M0"]])
    func aLineWithoutEndIsRefused(arguments: [String]) throws {
      let model = try EmbeddedModel.folder.path
      let arguments = arguments.map { $0 == "M0" ? model : $0 }
      let first = arguments[0] == "verify" ? Self.answer(1) : #"{"text":"a"}"#
      let script =
        #"(printf '%s\n' "$1"; head -c 1073741824 /dev/zero 2>/dev/null) | (shift; ulimit -v 2000000; exec "$@")"#
      let result = try CommandLineTool.shell(script, [first, CommandLineTool.program.path] + arguments)
      #expect(result.status == 2)
      #expect(result.output.split(separator: "\n").count == 1)
      #expect(
        result.errors == "reversal: -:2: has more than 64 MiB; each line must be one JSON object\n", "\(result.errors)")
    }
  }
#endif
