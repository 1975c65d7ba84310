import Foundation

/// Numbers out of bytes whose offsets cannot be trusted; nil where they reach past the end.
struct LittleEndianBytes {
  private let data: Data

  /// - Parameter data: its indices must begin at 0.
  init(_ data: Data) { self.data = data }

  func uint16(at offset: Int) -> Int? { number(at: offset, byteCount: 2).map { Int($0) } }
  func uint32(at offset: Int) -> Int? { number(at: offset, byteCount: 4).map { Int($0) } }

  /// Nil also where the number is above `Int.max`.
  func uint64(at offset: Int) -> Int? { number(at: offset, byteCount: 8).flatMap { Int(exactly: $0) } }

  private func number(at offset: Int, byteCount: Int) -> UInt64? {
    guard offset >= 0, offset <= data.count - byteCount else { return nil }
    return (0..<byteCount).reduce(0) { $0 | UInt64(data[offset + $1]) << (8 * UInt64($1)) }
  }
}
