import Foundation
import Synchronization

#if os(Linux)
  /// A filter that is fed through a pipe for as long as wanted, and its memory.
  struct StreamedCommand {
    let answerCount: Int
    /// Bytes that the process held at most.
    let peak: Int
    let status: Int32

    /// - Parameters:
    ///   - row: A line of the input without its newline, by its number.
    ///   - byteCount: Lines are sent until there are so many bytes.
    init(_ arguments: [String], byteCount: Int, row: (Int) -> String) throws {
      let process = Process()
      process.executableURL = CommandLineTool.program
      process.arguments = arguments
      let (input, output) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardOutput = output
      try process.run()
      let lines = Mutex(0)
      let reader = Thread {
        while true {
          let data = output.fileHandleForReading.availableData
          if data.isEmpty { return }
          let count = data.count { $0 == UInt8(ascii: "\n") }
          lines.withLock { $0 += count }
        }
      }
      reader.start()
      var sent = 0
      var rows = 0
      while sent < byteCount {
        var block = Data()
        while block.count < 1 << 18 {
          block += (row(rows) + "\n").utf8
          rows += 1
        }
        try input.fileHandleForWriting.write(contentsOf: block)
        sent += block.count
      }
      // While its input may go on, the process is there to be asked.
      while process.isRunning, lines.withLock({ $0 }) < rows { Thread.sleep(forTimeInterval: 0.01) }
      let state = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
      let line = state.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      peak = (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
      status = process.terminationStatus
      answerCount = lines.withLock { $0 }
      guard answerCount == rows else { throw CocoaError(.fileReadCorruptFile) }
    }
  }
#endif
