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
  private static let lineLimit = 64 << 20
  private let handle: FileHandle
  private var buffer: [UInt8] = []
  /// Where in the buffer the next line begins.
  private var start = 0
  /// Before here, there is no end of the next line.
  private var searched = 0
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
  var hasBufferedLine: Bool { newline(from: searched) != nil }

  /// Whether the next line must be waited for: nothing is buffered, and a pipe or terminal has nothing to give yet.
  var wouldBlock: Bool {
    if isAtEnd || hasBufferedLine { return false }
    var descriptor = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
    // A failed poll says nothing; reading then waits, or says what is wrong.
    return unsafe poll(&descriptor, 1, 0) == 0
  }

  func error(_ message: String) -> InputError { InputError(file: name, line: lineNumber, message) }

  private mutating func nextLine() throws -> Data? {
    while true {
      if let end = newline(from: searched) {
        let line = Data(buffer[start..<end])
        start = end + 1
        searched = start
        return line
      }
      if isAtEnd {
        defer { (buffer, start, searched) = ([], 0, 0) }
        return start < buffer.count ? Data(buffer[start...]) : nil
      }
      // What is left moves to the front, so that the buffer holds one unfinished line and no more.
      buffer.removeSubrange(..<start)
      (start, searched) = (0, buffer.count)
      guard buffer.count <= Self.lineLimit else {
        throw InputError(
          file: name, line: lineNumber + 1,
          "has more than \(Self.lineLimit >> 20) MiB; each line must be one JSON object")
      }
      try fill()
    }
  }

  private func newline(from index: Int) -> Int? {
    unsafe buffer.withUnsafeBytes { bytes in
      guard index < bytes.count, let base = bytes.baseAddress,
        let found = unsafe memchr(base + index, Int32(UInt8(ascii: "\n")), bytes.count - index)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  /// Appends what is there, at least one byte unless the input ends.
  private mutating func fill() throws {
    let descriptor = handle.fileDescriptor
    let old = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: 1 << 16))
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe read(descriptor, bytes.baseAddress.map { unsafe $0 + old }, bytes.count - old)
    }
    buffer.removeLast((1 << 16) - max(0, count))
    if count < 0 {
      if errno == EINTR { return }
      throw InputError(file: name, "cannot be read: \(unsafe String(cString: strerror(errno)))")
    }
    if count == 0 { isAtEnd = true }
  }
}
