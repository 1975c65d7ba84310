import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A right that one process holds at a time, and loses when it ends, however it ends. The file tells its number.
package final class FileLock: Sendable {
  /// Another process holds the lock.
  package struct Held: Error {
    /// nil where it has not said who it is.
    package let process: Int32?

    /// "process 123"
    package var name: String { process.map { "process \($0)" } ?? "another process" }
  }

  private let file: URL
  private let descriptor: Int32
  private let isTemporary: Bool

  /// - Parameter temporary: Whether the file goes with the lock.
  /// - Throws: `Held`, or `StorageError` where the file cannot be written.
  package init(_ file: URL, temporary: Bool = false) throws {
    // Assigned last: once every property is set, a throwing initializer would also run deinit and close twice.
    let descriptor = try Self.acquire(file)
    // The number is for people and messages only; the lock itself is the kernel's.
    let identifier = Array("\(getpid())\n".utf8)
    guard ftruncate(descriptor, 0) == 0,
      unsafe identifier.withUnsafeBytes({ unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }) == identifier.count
    else {
      defer { close(descriptor) }
      throw StorageError.last("cannot be written", file.path)
    }
    self.file = file
    self.descriptor = descriptor
    isTemporary = temporary
  }

  deinit {
    if isTemporary { unsafe unlink(file.path) }
    // Not by closing alone: a child that another thread is starting has a copy of the descriptor until it runs its program.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// The process that holds the lock of `file`, or nil where nobody does.
  package static func holder(of file: URL) -> Int32? {
    let descriptor = unsafe open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
    return writtenIdentifier(in: file)
  }

  private static func acquire(_ file: URL) throws -> Int32 {
    // The holder writes its number a moment after it has the lock; until then an ended one's may stand there. And who only
    // asks for the holder has the lock for a moment itself.
    var patience = 50
    while true {
      let descriptor = unsafe open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw StorageError.last("cannot be written", file.path) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        defer { close(descriptor) }
        if errno != EWOULDBLOCK { throw StorageError.last("cannot be locked", file.path) }
        let process = writtenIdentifier(in: file)
        if let process, kill(process, 0) == 0 || errno == EPERM { throw Held(process: process) }
        if patience == 0 { throw Held(process: nil) }
        patience -= 1
        usleep(10_000)
        continue
      }
      var held = stat()
      var named = stat()
      // A temporary one may have been removed by its last holder between the two calls.
      if unsafe fstat(descriptor, &held) == 0, unsafe stat(file.path, &named) == 0, held.st_ino == named.st_ino {
        return descriptor
      }
      close(descriptor)
    }
  }

  private static func writtenIdentifier(in file: URL) -> Int32? {
    // An unreadable lock file only costs the message its number.
    let text = try? String(contentsOf: file, encoding: .utf8)
    return text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }
}
