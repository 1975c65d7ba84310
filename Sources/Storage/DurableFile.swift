import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file being written, which is on the disk once `synchronize` returns.
package struct DurableFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// - Throws: `StorageError` naming the file.
  package init(creating url: URL) throws {
    path = url.path
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw StorageError.last("cannot be created", path) }
  }

  deinit { _ = close(descriptor) }

  package func append(_ data: some ContiguousBytes) throws {
    try unsafe data.withUnsafeBytes { bytes in
      var rest = unsafe bytes
      while unsafe !rest.isEmpty {
        let count = unsafe write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        if count < 0 { throw StorageError.last("cannot be written", path) }
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }

  /// Waits until the disk has the file.
  package func synchronize() throws {
    if fsync(descriptor) != 0 { throw StorageError.last("cannot be written", path) }
  }

  package static func store(_ data: Data, at url: URL) throws {
    let file = try DurableFile(creating: url)
    try file.append(data)
    try file.synchronize()
  }

  /// Puts `data` in the place of `url` at one stroke: whoever reads it finds all of the old or all of the new, after a
  /// power cut too.
  package static func replace(_ url: URL, with data: Data) throws {
    let url = url.standardizedFileURL
    let draft = try Draft(of: url, as: .file)
    do {
      try store(data, at: draft.url)
      try draft.install()
    } catch {
      draft.discard()
      throw (error as? StorageError)?.naming(url.path) ?? error
    }
  }

  /// Waits until the disk has the file or knows what the folder holds.
  package static func synchronize(_ url: URL) throws {
    let descriptor = unsafe open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StorageError.last("cannot be opened", url.path) }
    defer { _ = close(descriptor) }
    if fsync(descriptor) != 0 { throw StorageError.last("cannot be written", url.path) }
  }
}
