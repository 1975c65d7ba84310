import Foundation
import Importers
import LanguageModel

/// What an audit keeps of its files: the text of every answer, and what is counted in it.
enum AuditMemory {
  /// Bytes kept for each byte of rows, at most: measured with rows of 60 to 1,200 bytes (docs/guarantees.md).
  private static let bytesPerByte = 3
  /// Text that is compressed well.
  private static let unpackedBytesPerByte = 8

  /// - Parameter files: Of samples; what is no regular file, as a pipe, tells no size and is left aside.
  /// - Throws: `ModelError` with the estimate where memory does not suffice.
  static func refuse(_ files: [String], threads: Int) throws {
    var bytes = 0
    for path in files {
      let file = URL(filePath: path).resolvingSymlinksInPath()
      // A file that cannot be looked at is reported, with the reason, when it is read.
      guard let values = try? file.resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey]),
        values.isRegularFile == true, let size = values.fileSize
      else { continue }
      let factor = ["gz", "eval"].contains(file.pathExtension) ? unpackedBytesPerByte : 1
      bytes += size * factor
    }
    try MemoryNeed("an audit of these files", [.init("answers", bytesPerByte * bytes)], threads: threads)
      .refuse(beyond: SystemMemory.room, advice: "audit fewer samples of a question at a time")
  }
}
