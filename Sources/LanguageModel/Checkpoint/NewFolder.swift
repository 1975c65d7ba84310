import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A folder that appears whole or not at all.
package enum NewFolder {
  /// Fills a folder beside `folder`, waits until the disk has it, and gives it its name.
  ///
  /// - Throws: `ModelError` where `folder` exists, or what `fill` throws; then nothing is left behind.
  package static func create(at folder: URL, _ fill: (_ partial: URL) throws -> Void) throws {
    let folder = folder.standardizedFileURL
    guard !exists(folder) else {
      throw ModelError(.badInput, file: folder.path, "exists already; choose another folder or remove it")
    }
    let parent = folder.deletingLastPathComponent()
    let partial = try makePartialFolder(in: parent, name: folder.lastPathComponent)
    do {
      try fill(partial)
      try DurableFile.synchronize(folder: partial)
      // rename(2) would take an empty folder's place without a word.
      guard !exists(folder) else {
        throw ModelError(.badInput, file: folder.path, "has appeared meanwhile; choose another folder or remove it")
      }
      if unsafe rename(partial.path, folder.path) != 0 { throw DurableFile.failure("cannot be created", folder.path) }
    } catch {
      // A folder that cannot be removed is the lesser of the two errors.
      try? FileManager.default.removeItem(at: partial)
      throw naming(folder, insteadOf: partial, in: error)
    }
    try DurableFile.synchronize(folder: parent)
  }

  /// The user knows the folder that was asked for, not the unfinished one.
  private static func naming(_ folder: URL, insteadOf partial: URL, in error: any Error) -> any Error {
    guard let error = error as? ModelError, let file = error.file, file.hasPrefix(partial.path) else { return error }
    return ModelError(error.code, file: folder.path + file.dropFirst(partial.path.count), error.message)
  }

  private static func exists(_ url: URL) -> Bool {
    var status = stat()
    return unsafe lstat(url.path, &status) == 0
  }

  private static func makePartialFolder(in parent: URL, name: String) throws -> URL {
    for attempt in 0..<1000 {
      let partial = parent.appending(path: ".\(name).partial-\(getpid())-\(attempt)")
      if unsafe mkdir(partial.path, 0o777) == 0 { return partial }
      if errno != EEXIST { throw DurableFile.failure("cannot be created", parent.appending(path: name).path) }
    }
    throw ModelError(.system, file: parent.path, "is full of unfinished folders '.\(name).partial-…'; remove them")
  }
}
