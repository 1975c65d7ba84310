/// A filter of system calls for the kernel (seccomp, classic BPF): what a sandboxed program may not even ask for.
///
/// Namespaces already refuse most of it; the filter keeps a program away from the code of the kernel behind them. It
/// alone forbids new processes (threads are counted by a limit) and memory that no limit counts.
struct SystemCallFilter: Sendable {
  /// The instructions as the kernel reads them.
  let bytes: [UInt8]

  /// Nil for a processor whose system calls are not listed here.
  static let native: SystemCallFilter? = {
    #if arch(x86_64) && os(Linux)
      SystemCallFilter(architecture: 0xC000_003E, cloneNumber: 56, denied: denied.map(\.x86))
    #elseif arch(arm64) && os(Linux)
      SystemCallFilter(architecture: 0xC000_00B7, cloneNumber: 220, denied: denied.map(\.arm))
    #else
      nil
    #endif
  }()

  private init(architecture: UInt32, cloneNumber: UInt32, denied: [UInt32?]) {
    var program: [(code: UInt16, whenTrue: UInt8, whenFalse: UInt8, operand: UInt32)] = []
    // Loads take an offset into `struct seccomp_data`; jumps count the instructions left out.
    program.append((Self.load, 0, 0, 4))
    program.append((Self.jumpIfEqual, 1, 0, architecture))
    program.append((Self.return, 0, 0, Self.kill))
    program.append((Self.load, 0, 0, 0))
    // The second numbering of x86-64.
    program.append((Self.jumpIfNotBelow, 0, 1, 0x4000_0000))
    program.append((Self.return, 0, 0, Self.error(38)))
    // clone3's flags are in memory, where no filter sees them; without it, libraries use clone.
    program.append((Self.jumpIfEqual, 0, 1, 435))
    program.append((Self.return, 0, 0, Self.error(38)))
    for case let number? in denied {
      program.append((Self.jumpIfEqual, 0, 1, number))
      program.append((Self.return, 0, 0, Self.error(1)))
    }
    // clone makes threads only.
    program.append((Self.jumpIfEqual, 0, 3, cloneNumber))
    program.append((Self.load, 0, 0, 16))
    program.append((Self.jumpIfAnySet, 1, 0, 0x0001_0000))
    program.append((Self.return, 0, 0, Self.error(11)))
    program.append((Self.return, 0, 0, Self.allow))
    bytes = program.flatMap { instruction in
      [
        UInt8(truncatingIfNeeded: instruction.code), UInt8(truncatingIfNeeded: instruction.code >> 8),
        instruction.whenTrue, instruction.whenFalse,
      ] + (0..<4).map { UInt8(truncatingIfNeeded: instruction.operand >> (8 * $0)) }
    }
  }

  private static let load: UInt16 = 0x20
  private static let jumpIfEqual: UInt16 = 0x15
  private static let jumpIfNotBelow: UInt16 = 0x35
  private static let jumpIfAnySet: UInt16 = 0x45
  private static let `return`: UInt16 = 0x06
  private static let allow: UInt32 = 0x7FFF_0000
  private static let kill: UInt32 = 0x8000_0000
  private static func error(_ number: UInt32) -> UInt32 { 0x0005_0000 | number }

  /// Numbers of Linux's system call tables (`asm/unistd_64.h`, `asm-generic/unistd.h`).
  private static let denied: [(name: String, x86: UInt32?, arm: UInt32?)] = [
    // Processes.
    ("fork", 57, nil), ("vfork", 58, nil), ("execveat", 322, 281), ("personality", 135, 92),
    // Other processes' memory and files.
    ("ptrace", 101, 117), ("process_vm_readv", 310, 270), ("process_vm_writev", 311, 271), ("kcmp", 312, 272),
    ("pidfd_open", 434, 434), ("pidfd_getfd", 438, 438), ("pidfd_send_signal", 424, 424),
    ("process_madvise", 440, 440), ("process_mrelease", 448, 448),
    // Namespaces and mounts.
    ("unshare", 272, 97), ("setns", 308, 268), ("mount", 165, 40), ("umount2", 166, 39), ("pivot_root", 155, 41),
    ("chroot", 161, 51), ("open_tree", 428, 428), ("move_mount", 429, 429), ("fsopen", 430, 430),
    ("fsconfig", 431, 431), ("fsmount", 432, 432), ("fspick", 433, 433), ("mount_setattr", 442, 442),
    ("name_to_handle_at", 303, 264), ("open_by_handle_at", 304, 265), ("fanotify_init", 300, 262),
    // Sockets; a pair of connected ones (socketpair) stays.
    ("socket", 41, 198),
    // Keys.
    ("add_key", 248, 217), ("request_key", 249, 218), ("keyctl", 250, 219),
    // Memory that the limit on address space does not count.
    ("memfd_create", 319, 279), ("memfd_secret", 447, 447), ("shmget", 29, 194), ("shmat", 30, 196),
    ("shmctl", 31, 195), ("semget", 64, 190), ("semop", 65, 193), ("semctl", 66, 191), ("msgget", 68, 186),
    ("msgsnd", 69, 189), ("msgrcv", 70, 188), ("msgctl", 71, 187), ("mq_open", 240, 180),
    // Seldom used parts of the kernel, and parts for administrators.
    ("bpf", 321, 280), ("perf_event_open", 298, 241), ("userfaultfd", 323, 282), ("io_uring_setup", 425, 425),
    ("io_uring_enter", 426, 426), ("io_uring_register", 427, 427), ("vmsplice", 278, 75), ("move_pages", 279, 239),
    ("migrate_pages", 256, 238), ("mbind", 237, 235), ("set_mempolicy", 238, 237), ("modify_ldt", 154, nil),
    ("iopl", 172, nil), ("ioperm", 173, nil), ("uselib", 134, nil), ("lookup_dcookie", 212, 18),
    ("init_module", 175, 105), ("finit_module", 313, 273), ("delete_module", 176, 106), ("kexec_load", 246, 104),
    ("kexec_file_load", 320, 294), ("reboot", 169, 142), ("swapon", 167, 224), ("swapoff", 168, 225),
    ("syslog", 103, 116), ("acct", 163, 89), ("quotactl", 179, 60), ("settimeofday", 164, 170),
    ("clock_settime", 227, 112), ("adjtimex", 159, 171), ("clock_adjtime", 305, 266), ("sethostname", 170, 161),
    ("setdomainname", 171, 162),
  ]
}
