import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension RunReader {
  /// The process that works on the run, or nil where none is seen.
  ///
  /// `RunStore.activeProcess(in:)` tries the lock, and who wants to begin a run at that moment has to wait. This only looks at what
  /// the kernel says of its locks; where it says nothing of them, the lock is tried.
  public var writer: Int32? {
    let file = folder.appendingPathComponent("run.lock")
    // Without the kernel's list the lock is tried, which is right too.
    guard let table = try? String(contentsOfFile: "/proc/locks", encoding: .utf8) else {
      return RunStore.activeProcess(in: folder)
    }
    var found = stat()
    guard unsafe stat(file.path, &found) == 0 else { return nil }
    for line in table.split(separator: "\n") {
      // "3: FLOCK  ADVISORY  WRITE 4711 08:02:131090 0 EOF"
      let fields = line.split(separator: " ")
      guard fields.count >= 6, fields[1] == "FLOCK", fields[3] == "WRITE",
        let node = fields[5].split(separator: ":").last.flatMap({ UInt64($0) }), node == UInt64(found.st_ino),
        let process = Int32(fields[4])
      else { continue }
      // A process in another container has a number of its own here; the file tells the one that its user knows.
      let written = (try? String(contentsOf: file, encoding: .utf8)).flatMap {
        Int32($0.trimmingCharacters(in: .whitespacesAndNewlines))
      }
      if process == written { return process }
      if process <= 0, let written { return written }
    }
    return nil
  }
}
