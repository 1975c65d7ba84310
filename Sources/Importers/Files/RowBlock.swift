import Core

/// A piece of a file of samples: whole rows, each one JSON value, in the order of the file.
package struct RowBlock: Sendable {
  package struct Row: Sendable {
    /// In the block's bytes.
    let range: Range<Int>
    let place: Place
  }

  /// Where a row stands in its file.
  package enum Place: Sendable, Hashable {
    /// 1-based.
    case line(Int)
    /// An entry of an archive, or a part of one JSON value, by its name.
    case part(String)

    func error(in file: String, _ message: String) -> InputError {
      switch self {
      case .line(let line): InputError(file: file, line: line, message.visible())
      case .part(let name): InputError(file: file, "\(name): \(message)".visible())
      }
    }

    /// In the middle of a sentence.
    func name(in file: String) -> String {
      switch self {
      case .line(let line): "\(file):\(line)"
      case .part(let name): "\(name) of \(file)"
      }
    }
  }

  let bytes: [UInt8]
  private let layout: Layout

  private enum Layout: Sendable {
    /// Each line that is not blank is a row; the number of the first.
    case lines(Int)
    case parts([Row])
  }

  init(_ bytes: [UInt8], firstLine: Int) {
    self.bytes = bytes
    layout = .lines(firstLine)
  }

  init(_ bytes: [UInt8], parts: [Row]) {
    self.bytes = bytes
    layout = .parts(parts)
  }

  var rows: [Row] {
    switch layout {
    case .parts(let rows): rows
    case .lines(let first): lines(from: first)
    }
  }

  private func lines(from first: Int) -> [Row] {
    var rows: [Row] = []
    var line = first
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      if !bytes[start..<end].allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) {
        rows.append(Row(range: start..<end, place: .line(line)))
      }
      line += 1
      start = end + 1
    }
    return rows
  }
}

/// Where the rows of a file come from, piece by piece.
protocol RowSource {
  /// nil at the end.
  mutating func next() throws -> RowBlock?
}
