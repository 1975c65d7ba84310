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
    var found = stat()
    guard unsafe stat(file.path, &found) == 0 else { return nil }
    // The kernel gives its list in pieces, and a lock that ends meanwhile can move another out of sight: a lock that is there
    // is seen sooner or later.
    for _ in 0..<5 {
      guard let table = try? String(contentsOfFile: "/proc/locks", encoding: .utf8) else {
        // No such list: the lock is tried, which is right too.
        return RunStore.activeProcess(in: folder)
      }
      if let process = Self.holder(of: UInt64(found.st_ino), in: table) {
        // A process in another container has a number of its own here; the file tells the one that its user knows.
        let written = (try? String(contentsOf: file, encoding: .utf8)).flatMap {
          Int32($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        if process <= 0 || process == written { return written }
      }
    }
    return nil
  }

  /// The process that holds a lock of the whole file `node`, by lines such as `3: FLOCK  ADVISORY  WRITE 4711 08:02:131090 0 EOF`.
  private static func holder(of node: UInt64, in table: String) -> Int32? {
    for line in table.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count >= 6, fields[1] == "FLOCK", fields[3] == "WRITE",
        fields[5].split(separator: ":").last.flatMap({ UInt64($0) }) == node
      else { continue }
      return Int32(fields[4])
    }
    return nil
  }
}
