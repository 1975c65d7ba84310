import Core
import Foundation
import Storage

/// The right to write to a run.
enum RunLock {
  private static func file(in folder: URL) -> URL { folder.appendingPathComponent("run.lock") }

  /// - Throws: `InputError` naming the process that holds the lock.
  static func acquire(in folder: URL) throws -> FileLock {
    do {
      return try FileLock(file(in: folder))
    } catch let held as FileLock.Held {
      throw InputError(file: folder.path, "\(held.name) is working on this run; wait for it or end it first")
    }
  }

  /// The process that works on the run in `folder`, or nil where nobody does.
  static func holder(in folder: URL) -> Int32? { FileLock.holder(of: file(in: folder)) }
}
