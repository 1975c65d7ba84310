import Foundation

/// The control groups of Linux that a process is in, as far as they limit memory, by version 2 or 1.
package struct ControlGroups: Sendable {
  /// As `/proc/self/cgroup` has it.
  private let list: String
  private let root: String

  /// - Parameter root: Where the groups are mounted.
  package init(list: String, root: String = "/sys/fs/cgroup") {
    self.list = list
    self.root = root
  }

  /// The least that a group above the process leaves, in bytes; nil where none has a limit.
  package var room: Int? {
    var room: Int?
    for line in list.split(separator: "\n") {
      // hierarchy:controllers:path
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let isSecond = fields[0] == "0" && fields[1].isEmpty
      guard isSecond || fields[1].split(separator: ",").contains("memory") else { continue }
      var parts = fields[2].split(separator: "/")
      while true {
        let folder = ([isSecond ? root : root + "/memory"] + parts.map(String.init)).joined(separator: "/")
        if let left = Self.room(folder, isSecond: isSecond) { room = min(room ?? left, left) }
        if parts.popLast() == nil { break }
      }
    }
    return room
  }

  private static func room(_ folder: String, isSecond: Bool) -> Int? {
    let limit = text(folder + (isSecond ? "/memory.max" : "/memory.limit_in_bytes"))
    guard let limit = limit.flatMap({ Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }) else { return nil }
    // Pages of files can be dropped; only what processes hold themselves counts.
    let used = (text(folder + "/memory.stat") ?? "").split(separator: "\n").compactMap { line -> Int? in
      let fields = line.split(separator: " ")
      return fields.count == 2 && fields[0] == (isSecond ? "anon" : "total_rss") ? Int(fields[1]) : nil
    }
    return max(0, limit - (used.first ?? 0))
  }

  /// nil where there is no such group here: a container shows its own only.
  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
