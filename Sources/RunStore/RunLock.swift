import Core
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The right to write to a run: one process holds it, and loses it when it ends, however it ends.
final class RunLock: Sendable {
  static let name = "run.lock"
  private let descriptor: Int32

  /// - Throws: `InputError` naming the process that holds the lock.
  init(folder: URL) throws {
    let path = folder.appendingPathComponent(Self.name).path
    // Assigned last: once every property is set, a throwing initializer would also run deinit and close twice.
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw InputError(file: path, "cannot be written; check the permissions of the run's folder")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      let holder = Self.writtenIdentifier(in: folder).map { "process \($0)" } ?? "another process"
      throw InputError(file: folder.path, "\(holder) is working on this run; wait for it or end it first")
    }
    // The number is for people and messages only; the lock itself is the kernel's.
    let identifier = Array("\(getpid())\n".utf8)
    guard ftruncate(descriptor, 0) == 0,
      unsafe identifier.withUnsafeBytes({ unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }) == identifier.count
    else {
      close(descriptor)
      throw RunError(.storage, file: path, "cannot be written; free some space on the disk")
    }
    self.descriptor = descriptor
  }

  deinit {
    // Not by closing alone: a child that another thread is starting has a copy of the descriptor until it runs its program.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// The process that holds the lock of the run in `folder`, or nil where nobody does.
  static func holder(in folder: URL) -> Int32? {
    let descriptor = unsafe open(folder.appendingPathComponent(name).path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
    return writtenIdentifier(in: folder)
  }

  private static func writtenIdentifier(in folder: URL) -> Int32? {
    // An unreadable lock file only costs the message its number.
    let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    return text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }
}
