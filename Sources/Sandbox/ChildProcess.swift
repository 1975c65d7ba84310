import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A process started by us, in a process group of its own.
///
/// The parent thread must outlive it: bubblewrap ends its sandbox with the thread that started it.
struct ChildProcess {
  enum Status: Equatable {
    case exited(Int32)
    case signaled(Int32)
  }

  let identifier: pid_t

  /// Each descriptor of `descriptors` becomes the child's of that number; it has no others.
  ///
  /// - Throws: `SandboxError` where the system starts no process.
  init(
    _ arguments: [String], environment: [String: String] = [:],
    descriptors: [(descriptor: Descriptor, number: Int32)]
  ) throws(SandboxError) {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = unsafe posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    for (descriptor, number) in descriptors {
      unsafe posix_spawn_file_actions_adddup2(&actions, descriptor.number, number)
    }
    // Threads of the pool block signals, which a child would inherit.
    var none = sigset_t()
    var all = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    var flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    #if canImport(Darwin)
      flags |= POSIX_SPAWN_CLOEXEC_DEFAULT
    #endif
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    var identifier: pid_t = 0
    let variables = environment.map { "\($0)=\($1)" }.sorted()
    let failure = unsafe Self.withStrings(arguments) { argumentPointers in
      unsafe Self.withStrings(variables) { variablePointers in
        unsafe posix_spawn(
          &identifier, arguments[0], &actions, &attributes, argumentPointers, variablePointers)
      }
    }
    guard failure == 0 else {
      throw SandboxError("\(arguments[0]) cannot be started: \(unsafe String(cString: strerror(failure)))")
    }
    self.identifier = identifier
  }

  /// Kills the group, and so a sandbox with all that is in it.
  func kill() {
    _ = Foundation.kill(-identifier, SIGKILL)
    _ = Foundation.kill(identifier, SIGKILL)
  }

  /// How it ended and the processor time of it and its descendants, or nil where it has not ended until `deadline`.
  ///
  /// It may be asked for once only.
  func wait(until deadline: ContinuousClock.Instant) -> (status: Status, processorSeconds: Double)? {
    var nap: UInt32 = 200
    while true {
      var status: Int32 = 0
      var usage = rusage()
      let result = unsafe wait4(identifier, &status, WNOHANG, &usage)
      if result == identifier {
        let times = [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) / 1e6 }
        let signal = status & 0x7F
        return (signal == 0 ? .exited((status >> 8) & 0xFF) : .signaled(signal), times[0] + times[1])
      }
      if result < 0, errno != EINTR { return (.exited(255), 0) }
      guard ContinuousClock.now < deadline else { return nil }
      usleep(nap)
      nap = min(nap * 2, 5000)
    }
  }

  /// Kills it and waits for its end.
  func end() {
    kill()
    _ = wait(until: .now + .seconds(10))
  }

  /// What a trusted command prints, at most 1 MiB; nil where it cannot be started or takes too long.
  static func output(
    of arguments: [String], environment: [String: String] = [:], inherited: [(Descriptor, Int32)] = [],
    timeout: Double
  ) -> (text: String, status: Status)? {
    let deadline = ContinuousClock.now + .seconds(timeout)
    // No connection or no process: the caller says what cannot be done then.
    guard let null = try? Descriptor.null(), let (reading, writing) = try? Descriptor.pair() else { return nil }
    guard
      let child = try? ChildProcess(
        arguments, environment: environment,
        descriptors: [(null, 0), (writing, 1), (writing, 2)]
          + inherited.map { (descriptor: $0.0, number: $0.1) })
    else { return nil }
    writing.close()
    var text: [UInt8] = []
    while text.count < 1 << 20, let bytes = reading.read(until: deadline), !bytes.isEmpty { text += bytes }
    guard let (status, _) = child.wait(until: deadline) else {
      child.end()
      return nil
    }
    return (String(decoding: text, as: UTF8.self), status)
  }

  /// The strings as C wants them: pointers, a null one last.
  private static func withStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
    defer {
      for index in strings.indices { unsafe free(pointers[index]) }
    }
    return unsafe body(&pointers)
  }
}
