import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
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

  /// What a process may still take before the system swaps, refuses or ends it.
  public static var room: MemoryRoom { MemoryRoom(memory: available, addresses: addresses) }

  /// On Linux what the machine has left and what its control groups leave, elsewhere the physical memory.
  private static var available: Int {
    let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    #if os(Linux)
      let free = text("/proc/meminfo").flatMap { kibibytes("MemAvailable:", in: $0) } ?? physical
      return min(free, text("/proc/self/cgroup").flatMap { ControlGroups(list: $0).room } ?? free)
    #else
      return max(0, physical - resident)
    #endif
  }

  /// Addresses that `ulimit -v` leaves; nil where there is no limit, or where the system does not tell what is taken.
  private static var addresses: Int? {
    #if os(Linux)
      var limit = rlimit()
      guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < Int.max,
        let taken = text("/proc/self/status").flatMap({ kibibytes("VmSize:", in: $0) })
      else { return nil }
      return max(0, Int(limit.rlim_cur) - taken)
    #else
      return nil
    #endif
  }

  /// Ends a process early whose `ulimit -v` leaves no room for its threads: the system would let it wait for them for ever.
  ///
  /// - Throws: `ModelError` with what is left and needed.
  public static func refuseWithoutThreads() throws {
    guard let addresses, addresses < MemoryRoom.minimumAddresses else { return }
    throw ModelError(
      .system,
      "`ulimit -v` leaves \(MemoryNeed.size(addresses)) of addresses, of which the program's threads alone take "
        + "\(MemoryNeed.size(MemoryRoom.minimumAddresses)); raise the limit")
  }

  #if os(Linux)
    /// The value of `name`, which the kernel gives in KiB.
    private static func kibibytes(_ name: String, in text: String) -> Int? {
      let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
      return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
    }

    /// nil where the system has no such file: containers hide some.
    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
  #endif
}
