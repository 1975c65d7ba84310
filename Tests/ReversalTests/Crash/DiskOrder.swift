import Foundation

/// Follows a program's calls and knows what a power cut would lose: what was written and not synchronised, and names in
/// folders that were not.
struct DiskOrder {
  /// What a power cut would lose now.
  private(set) var unsafeFiles: Set<String> = []
  private(set) var unsafeNames: Set<String> = []
  private var known: Set<String> = []

  /// Paths whose loss costs nothing: SQLite makes the index of its log anew, and a lock is the kernel's.
  private static func isDispensable(_ path: String) -> Bool {
    path.hasSuffix(".sqlite-shm") || path.hasSuffix("/run.lock") || path.hasSuffix(".lock")
  }

  mutating func apply(_ entry: FaultLogEntry) {
    guard entry.result == 0, !Self.isDispensable(entry.path) else { return }
    switch entry.call {
    case "open", "mkdir": if known.insert(entry.path).inserted { unsafeNames.insert(entry.path) }
    case "write", "truncate", "allocate": unsafeFiles.insert(entry.path)
    case "fsync":
      unsafeFiles.remove(entry.path)
      unsafeNames = unsafeNames.filter { ($0 as NSString).deletingLastPathComponent != entry.path }
    case "rename", "link":
      guard let target = entry.target else { return }
      if entry.call == "rename" {
        unsafeFiles = Set(unsafeFiles.map { Self.moved($0, entry.path, target) })
        unsafeNames = Set(unsafeNames.map { Self.moved($0, entry.path, target) })
        known = Set(known.map { Self.moved($0, entry.path, target) })
      }
      known.insert(target)
      unsafeNames.insert(target)
    case "unlink":
      // A name that comes back is nothing lost.
      func isGone(_ path: String) -> Bool { path == entry.path || path.hasPrefix(entry.path + "/") }
      unsafeFiles = unsafeFiles.filter { !isGone($0) }
      unsafeNames = unsafeNames.filter { !isGone($0) }
      known = known.filter { !isGone($0) }
    default: break
    }
  }

  private static func moved(_ path: String, _ old: String, _ new: String) -> String {
    path == old || path.hasPrefix(old + "/") ? new + path.dropFirst(old.count) : path
  }
}
