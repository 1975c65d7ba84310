import Foundation

/// What a piece of work will take of memory at its peak, known before it begins.
public struct MemoryNeed: Sendable, Hashable {
  public struct Part: Sendable, Hashable {
    public let name: String
    public let bytes: Int

    public init(_ name: String, _ bytes: Int) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// At the beginning of a sentence: `sampling`.
  public let work: String
  /// Beyond what the process holds already.
  public let parts: [Part]
  /// Files that are mapped: addresses, but no memory that the system cannot take back.
  public let mappedBytes: Int
  public let threads: Int

  public init(_ work: String, _ parts: [Part], mappedBytes: Int = 0, threads: Int = 1) {
    self.work = work
    self.parts = parts
    self.mappedBytes = mappedBytes
    self.threads = threads
  }

  public var total: Int { parts.reduce(0) { Self.sum($0, $1.bytes) } }

  /// - Parameter advice: What makes the work smaller, as `use a smaller --batch-size`.
  /// - Throws: `ModelError` with the need and what there is, where that is less.
  public func refuse(beyond room: MemoryRoom, advice: String) throws {
    let left = room.left(mapping: mappedBytes, threads: threads)
    guard total > left else { return }
    let list = parts.filter { $0.bytes > 0 }.map { "\($0.name) \(Self.size($0.bytes))" }.joined(separator: ", ")
    throw ModelError(
      .system,
      "\(work) takes \(Self.size(total)) of memory (\(list)) and \(Self.size(left)) are free; \(advice), or "
        + "--no-memory-check to try it all the same")
  }

  /// For messages.
  public static func size(_ bytes: Int) -> String {
    bytes < 1_000_000_000
      ? String(format: "%.1f MB", Double(bytes) / 1e6) : String(format: "%.2f GB", Double(bytes) / 1e9)
  }

  /// `Int.max` where there is no sum: then nothing suffices.
  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }
}
