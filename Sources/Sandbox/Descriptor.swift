import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file descriptor, closed with the last reference. No child inherits it but by `ChildProcess`.
///
/// `@unchecked Sendable`: used by one thread at a time, the one that runs the program.
final class Descriptor: @unchecked Sendable {
  private(set) var number: Int32

  /// Moves `number` out of the range that children get, so that giving one never overwrites another.
  private init(owning number: Int32) throws(SandboxError) {
    let moved = fcntl(number, F_DUPFD_CLOEXEC, 32)
    let reason = errno
    _ = Foundation.close(number)
    guard moved >= 0 else { throw SandboxError("no file can be opened: \(unsafe String(cString: strerror(reason)))") }
    self.number = moved
  }

  deinit { close() }

  func close() {
    if number >= 0 { _ = Foundation.close(number) }
    number = -1
  }

  static func null() throws(SandboxError) -> Descriptor {
    try Descriptor(owning: unsafe Foundation.open("/dev/null", O_RDWR | O_CLOEXEC))
  }

  /// Both ends of a connection. Never, not for a moment, are they open to a child that another thread starts.
  static func pair() throws(SandboxError) -> (Descriptor, Descriptor) {
    var ends: [Int32] = [-1, -1]
    #if canImport(Darwin)
      unsafe _ = socketpair(AF_UNIX, SOCK_STREAM, 0, &ends)
    #else
      let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
      unsafe _ = socketpair(AF_UNIX, kind, 0, &ends)
    #endif
    return (try Descriptor(owning: ends[0]), try Descriptor(owning: ends[1]))
  }

  /// A file of these bytes that has no name: however large it is, and whether or not it is read, nobody waits.
  static func file(of bytes: [UInt8]) throws(SandboxError) -> Descriptor {
    var template = Array((NSTemporaryDirectory() + "/reversal-program-XXXXXX").utf8CString)
    let descriptor = try Descriptor(owning: unsafe mkstemp(&template))
    unsafe _ = unlink(template)
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(
          descriptor.number, buffer.baseAddress.map { unsafe $0 + written }, bytes.count - written, off_t(written))
      }
      guard count > 0 else { throw SandboxError("the folder for temporary files is full; free some space") }
      written += count
    }
    return descriptor
  }

  /// What has come until then, at least a byte; empty at the end; nil at `deadline`.
  func read(until deadline: ContinuousClock.Instant) -> [UInt8]? {
    while true {
      let left = (deadline - ContinuousClock.now) / .milliseconds(1)
      var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
      let ready = unsafe poll(&request, 1, Int32(max(0, min(left.rounded(.up), 1e6))))
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else {
        if ready == 0, left > 0 { continue }
        return ready == 0 ? nil : []
      }
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = unsafe Foundation.read(number, &bytes, bytes.count)
      if count < 0, errno == EINTR { continue }
      return Array(bytes.prefix(max(0, count)))
    }
  }
}
