import Foundation

#if canImport(Darwin)
  import Darwin
#endif

/// What this machine and this process have of memory, in bytes.
public enum SystemMemory {
  /// The most that this process has held at a time; nil where the system does not tell.
  public static var peak: Int? {
    #if canImport(Darwin)
      var usage = rusage()
      return unsafe getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : nil
    #else
      return text("/proc/self/status").flatMap { kibibytes("VmHWM:", in: $0) }
    #endif
  }

  /// What this process holds now, or its peak where the system tells no more.
  public static var resident: Int {
    #if canImport(Darwin)
      return peak ?? 0
    #else
      return text("/proc/self/status").flatMap { kibibytes("VmRSS:", in: $0) } ?? 0
    #endif
  }

  /// What a process may still take before the system swaps or ends it: on Linux what the machine has left and what its
  /// control groups leave, elsewhere the physical memory.
  public static var available: Int {
    let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    #if os(Linux)
      let free = text("/proc/meminfo").flatMap { kibibytes("MemAvailable:", in: $0) } ?? physical
      return min(free, controlGroupRoom ?? free)
    #else
      return max(0, physical - resident)
    #endif
  }

  #if os(Linux)
    /// The least that a control group above this process leaves, by version 2 or 1; nil where none has a limit.
    private static var controlGroupRoom: Int? {
      var room: Int?
      for line in (text("/proc/self/cgroup") ?? "").split(separator: "\n") {
        // hierarchy:controllers:path
        let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3 else { continue }
        let isSecond = fields[0] == "0" && fields[1].isEmpty
        guard isSecond || fields[1].split(separator: ",").contains("memory") else { continue }
        let root = isSecond ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
        var parts = fields[2].split(separator: "/")
        while true {
          let folder = ([root] + parts.map(String.init)).joined(separator: "/")
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

    /// The value of `name`, which the kernel gives in KiB.
    private static func kibibytes(_ name: String, in text: String) -> Int? {
      let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
      return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
    }

    /// nil where the system has no such file: containers hide some.
    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
  #endif
}
