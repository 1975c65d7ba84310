import Core
import Foundation

/// The lines of a JSON Lines file that are not blank, in blocks. Memory holds a block and one unfinished line.
struct LineBlocks: RowSource {
  /// Bytes; a longer line is no row of anybody's.
  static let lineLimit = 256 << 20

  private var source: ByteSource
  private let blockSize: Int
  private var rest: [UInt8] = []
  /// Lines before `rest`.
  private var lineCount = 0
  private var isAtStart = true

  /// - Parameters:
  ///   - parts: Blocks that a file should come in at least, so that as many threads have work.
  ///   - beginning: Bytes that were read from `source` already.
  init(_ source: ByteSource, parts: Int, beginning: Data = Data()) {
    self.source = source
    blockSize = source.size.map { min(max($0 / max(1, parts), 1 << 14), 1 << 20) } ?? 1 << 16
    rest = [UInt8](beginning)
  }

  mutating func next() throws -> RowBlock? {
    try nextBytes().map { RowBlock($0.bytes, firstLine: $0.firstLine) }
  }

  /// Bytes that end with a line's end, or with the file's.
  private mutating func nextBytes() throws -> (bytes: [UInt8], firstLine: Int)? {
    var searched = 0
    while true {
      let part = try source.read(blockSize)
      rest.append(contentsOf: part)
      if isAtStart {
        isAtStart = false
        // Windows marks UTF-8 so.
        if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest.removeFirst(3) }
      }
      let firstLine = lineCount + 1
      if part.isEmpty {
        defer { rest = [] }
        return rest.isEmpty ? nil : (rest, firstLine)
      }
      if let last = rest[searched...].lastIndex(of: UInt8(ascii: "\n")) {
        let bytes = Array(rest[...last])
        rest.removeFirst(last + 1)
        lineCount += bytes.count { $0 == UInt8(ascii: "\n") }
        return (bytes, firstLine)
      }
      searched = rest.count
      guard rest.count <= Self.lineLimit else {
        throw InputError(
          file: source.name, line: firstLine,
          "has more than \(Self.lineLimit >> 20) MiB; each line must be one JSON object")
      }
    }
  }

  /// `beginning` and all that follows it.
  ///
  /// - Throws: `InputError` where that is more than `limit`.
  mutating func rest(after beginning: [UInt8], limit: Int) throws -> [UInt8] {
    var bytes = beginning
    bytes += rest
    rest = []
    bytes += try source.readAll(limit: limit)
    return bytes
  }
}
