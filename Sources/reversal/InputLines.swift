import Core
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The lines of a file or of standard input, read as they arrive, so that a filter can answer line by line.
struct InputLines {
  /// What messages call the input: its path, or `-`.
  let name: String
  /// 1-based number of the line that `next` returned last.
  private(set) var lineNumber = 0
  /// Longer lines are no rows of ours.
  private static let lineLimit = 256 << 20
  private let handle: FileHandle
  private var buffer = Data()
  private var isAtEnd = false

  /// - Parameter path: a file, or `-` for standard input.
  /// - Throws: `InputError` where the file cannot be opened.
  init(path: String) throws {
    name = path
    if path == "-" {
      handle = .standardInput
    } else {
      guard let file = FileHandle(forReadingAtPath: path) else {
        throw InputError(file: path, "cannot be opened; check the path and its permissions")
      }
      handle = file
    }
  }

  /// The next line that is not blank, without its newline; nil at the end.
  ///
  /// - Throws: `InputError` where the input cannot be read.
  mutating func next() throws -> Data? {
    while let line = try nextLine() {
      lineNumber += 1
      if !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { return line }
    }
    return nil
  }

  /// Whether another line waits already, so that output may wait too.
  var hasBufferedLine: Bool { buffer.contains(UInt8(ascii: "\n")) }

  /// Whether the next line must be waited for: nothing is buffered, and a pipe or terminal has nothing to give yet.
  var wouldBlock: Bool {
    if isAtEnd || hasBufferedLine { return false }
    var descriptor = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
    // A failed poll says nothing; reading then waits, or says what is wrong.
    return unsafe poll(&descriptor, 1, 0) == 0
  }

  func error(_ message: String) -> InputError { InputError(file: name, line: lineNumber, message) }

  private mutating func nextLine() throws -> Data? {
    var searched = buffer.startIndex
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Data(buffer[..<end])
        buffer = buffer[(end + 1)...]
        return line
      }
      if isAtEnd {
        defer { buffer = Data() }
        return buffer.isEmpty ? nil : Data(buffer)
      }
      guard buffer.count <= Self.lineLimit else {
        throw InputError(
          file: name, line: lineNumber + 1,
          "has more than \(Self.lineLimit >> 20) MiB; each line must be one JSON object")
      }
      // What is left moves to the front, so that the buffer holds one unfinished line and no more.
      buffer = Data(buffer)
      searched = buffer.endIndex
      try fill()
    }
  }

  /// Appends what is there, at least one byte unless the input ends.
  private mutating func fill() throws {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(handle.fileDescriptor, $0.baseAddress, $0.count) }
    if count < 0 {
      if errno == EINTR { return }
      throw InputError(file: name, "cannot be read: \(unsafe String(cString: strerror(errno)))")
    }
    if count == 0 { isAtEnd = true }
    buffer.append(contentsOf: chunk[..<count])
  }
}
