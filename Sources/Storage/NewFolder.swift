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
  /// - Parameters:
  ///   - replacingEmpty: Whether an empty folder may stand there.
  ///   - fill: Sees to it that the disk has every file before it returns.
  /// - Throws: `StorageError` where `folder` exists, or what `fill` throws; then nothing is left behind.
  package static func create(
    at folder: URL, replacingEmpty: Bool = false, _ fill: (_ partial: URL) throws -> Void
  ) throws {
    let folder = folder.standardizedFileURL
    let draft = try begin(folder, replacingEmpty)
    do {
      try fill(draft.url)
      try DurableFile.synchronize(draft.url)
      try finish(draft, folder, replacingEmpty)
    } catch {
      draft.discard()
      throw naming(folder, insteadOf: draft.url, in: error)
    }
  }

  /// The same for what comes from elsewhere: every file and folder that `fill` leaves is synchronised for it.
  package static func receive(at folder: URL, _ fill: (_ partial: URL) async throws -> Void) async throws {
    let folder = folder.standardizedFileURL
    let draft = try begin(folder, false)
    do {
      try await fill(draft.url)
      for path in try FileManager.default.subpathsOfDirectory(atPath: draft.url.path) {
        try DurableFile.synchronize(draft.url.appending(path: path))
      }
      try DurableFile.synchronize(draft.url)
      try finish(draft, folder, false)
    } catch {
      draft.discard()
      throw naming(folder, insteadOf: draft.url, in: error)
    }
  }

  private static func begin(_ folder: URL, _ replacingEmpty: Bool) throws -> Draft {
    guard isFree(folder, orEmpty: replacingEmpty) else {
      throw StorageError(.badInput, file: folder.path, "exists already; choose another folder or remove it")
    }
    return try Draft(of: folder, as: .folder)
  }

  private static func finish(_ draft: borrowing Draft, _ folder: URL, _ replacingEmpty: Bool) throws {
    // rename(2) would take an empty folder's place without a word.
    guard isFree(folder, orEmpty: replacingEmpty) else {
      throw StorageError(.badInput, file: folder.path, "has appeared meanwhile; choose another folder or remove it")
    }
    try draft.install()
  }

  /// A folder with the files of `source`, which are linked, or copied where the file system cannot link.
  ///
  /// It is for files that are never changed in place. A folder that stands there is removed first.
  package static func replace(_ folder: URL, withFilesOf source: URL) throws {
    let files = FileManager.default
    if !isFree(folder, orEmpty: false) { try files.removeItem(at: folder) }
    try create(at: folder) { partial in
      for name in try files.contentsOfDirectory(atPath: source.path) {
        let (from, to) = (source.appending(path: name), partial.appending(path: name))
        if unsafe link(from.path, to.path) != 0 { try files.copyItem(at: from, to: to) }
        try DurableFile.synchronize(to)
      }
    }
  }

  /// Makes `folder` and what is missing above it, and waits until the disk has them.
  package static func createPath(to folder: URL) throws {
    let folder = folder.standardizedFileURL
    if try makes(folder) { return }
    if errno == ENOENT, folder.path != "/" {
      try createPath(to: folder.deletingLastPathComponent())
      if try makes(folder) { return }
    }
    throw StorageError.last("cannot be created", folder.path)
  }

  /// Whether something stands there now; errno says why not.
  private static func makes(_ folder: URL) throws -> Bool {
    if unsafe mkdir(folder.path, 0o777) != 0 { return errno == EEXIST }
    try DurableFile.synchronize(folder.deletingLastPathComponent())
    return true
  }

  /// The user knows the folder that was asked for, not the unfinished one.
  private static func naming(_ folder: URL, insteadOf partial: URL, in error: any Error) -> any Error {
    guard let error = error as? any FileNamingError, let file = error.file, file.hasPrefix(partial.path) else {
      return error
    }
    return error.naming(folder.path + file.dropFirst(partial.path.count))
  }

  private static func isFree(_ url: URL, orEmpty: Bool) -> Bool {
    var status = stat()
    guard unsafe lstat(url.path, &status) == 0 else { return true }
    // What cannot be listed is no empty folder.
    return orEmpty && (try? FileManager.default.contentsOfDirectory(atPath: url.path))?.isEmpty == true
  }
}
