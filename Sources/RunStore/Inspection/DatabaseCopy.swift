import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A database that nobody writes to, under a temporary name: SQLite makes files of its own beside a database that it
/// reads, and what is only looked at shall not change.
///
/// The file itself is linked where the file system can, and then read only; else it is copied.
final class DatabaseCopy: Sendable {
  let file: URL
  private let folder: URL

  /// - Throws: `RunError` where the original cannot be read or the temporary folder not be written.
  init(of original: URL) throws {
    let files = FileManager.default
    folder = files.temporaryDirectory.appendingPathComponent("reversal-\(UUID().uuidString)")
    file = folder.appendingPathComponent(original.lastPathComponent)
    do {
      try files.createDirectory(at: folder, withIntermediateDirectories: true)
      if unsafe link(original.path, file.path) != 0 { try files.copyItem(at: original, to: file) }
      // What was committed last may stand there only.
      let log = URL(fileURLWithPath: original.path + "-wal")
      if files.fileExists(atPath: log.path) {
        try files.copyItem(at: log, to: URL(fileURLWithPath: file.path + "-wal"))
      }
    } catch {
      remove()
      throw RunError(
        .storage, file: original.path,
        "cannot be read by way of \(folder.path): \(error.localizedDescription); make room there or set TMPDIR")
    }
  }

  deinit { remove() }

  private func remove() {
    // Litter in the temporary folder at worst.
    try? FileManager.default.removeItem(at: folder)
  }
}
