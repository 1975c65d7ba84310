import Core
import Foundation

extension InputLines {
  /// Answers each line by one row, several at a time, in the order of the lines; the lines before a bad one are answered.
  ///
  /// Memory holds a few pieces of `rowsAtATime` lines for each of `width` threads, however long the input. Where the input
  /// pauses, everything read so far is answered first.
  static func answerInParallel<Row: Decodable & Sendable, Answer: Encodable & Sendable>(
    _ path: String, width: Int, rowsAtATime: Int, _ answer: @escaping @Sendable (Row) async throws -> Answer
  ) async throws {
    var lines = try InputLines(path: path)
    var output = ParallelOutput()
    try await withThrowingTaskGroup(of: (Int, Piece.Answers).self) { group in
      var inFlight = 0
      var isAtEnd = false
      while true {
        // Waiting for input must not hold back what is known already.
        while inFlight < 2 * width, !isAtEnd, inFlight == 0 || !lines.wouldBlock {
          let (piece, failure) = lines.nextPiece(rowsAtATime)
          let index = output.expect()
          group.addTask { (index, await piece.answers(by: answer).adding(failure)) }
          inFlight += 1
          isAtEnd = piece.lines.isEmpty || failure != nil
        }
        guard let (index, answers) = try await group.next() else { break }
        inFlight -= 1
        try output.add(answers, at: index)
      }
    }
    try output.flush()
  }

  /// The next lines, at most `count`, and no more than are there without waiting; with what keeps the rest from being read.
  private mutating func nextPiece(_ count: Int) -> (Piece, InputError?) {
    var piece = Piece(lines: [])
    var byteCount = 0
    do {
      while piece.lines.count < count, byteCount < 1 << 18, piece.lines.isEmpty || !wouldBlock, let line = try next() {
        byteCount += line.count
        piece.lines.append((line, error("")))
      }
      return (piece, nil)
    } catch let error as InputError {
      return (piece, error)
    } catch {
      return (piece, InputError(file: name, "cannot be read: \(error.localizedDescription)"))
    }
  }
}

/// Some lines of the input, each with its place as the beginning of a complaint.
private struct Piece: Sendable {
  var lines: [(data: Data, place: InputError)]

  /// What a piece became: rows up to the first bad line, and the complaint about that.
  struct Answers: Sendable {
    var rows: Data
    var failure: (any Error)?

    func adding(_ failure: InputError?) -> Answers { Answers(rows: rows, failure: self.failure ?? failure) }
  }

  func answers<Row: Decodable & Sendable, Answer: Encodable & Sendable>(
    by answer: @Sendable (Row) async throws -> Answer
  ) async -> Answers {
    let decoder = JSONDecoder()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var answers = Answers(rows: Data(), failure: nil)
    for (line, place) in lines {
      do {
        let row: Row
        do {
          row = try decoder.decode(Row.self, from: line)
        } catch {
          throw InputError(file: place.file, line: place.line, JSONLines.explanation(of: error))
        }
        answers.rows += JSONControls.escaped(try encoder.encode(try await answer(row)))
        answers.rows.append(UInt8(ascii: "\n"))
      } catch {
        answers.failure = error
        break
      }
    }
    return answers
  }
}

/// Puts pieces in order on their way to standard output.
private struct ParallelOutput {
  private var waiting: [Int: Piece.Answers] = [:]
  private var expected = 0
  private var written = 0
  private var buffer = Data()

  /// The place of the next piece.
  mutating func expect() -> Int {
    defer { expected += 1 }
    return expected
  }

  /// - Throws: the first failure, once all before it is written.
  mutating func add(_ answers: Piece.Answers, at index: Int) throws {
    waiting[index] = answers
    while let next = waiting.removeValue(forKey: written) {
      written += 1
      buffer += next.rows
      if let failure = next.failure {
        try flush()
        throw failure
      }
    }
    // Nothing is on its way that could be written together with this.
    if buffer.count >= 1 << 16 || written == expected { try flush() }
  }

  mutating func flush() throws {
    try FileHandle.standardOutput.write(contentsOf: buffer)
    buffer.removeAll(keepingCapacity: true)
  }
}
