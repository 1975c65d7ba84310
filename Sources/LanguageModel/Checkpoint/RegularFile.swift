import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Opens files of a model folder that may be anything: a link to a device or out of the folder, a pipe nobody writes to, a
/// folder.
enum RegularFile {
  /// A descriptor for reading, which is the caller's to close.
  ///
  /// - Throws: `ModelError` naming the file and why it cannot be read.
  static func open(_ url: URL) throws -> Int32 {
    var status = stat()
    // Before opening: opening a device may do something.
    guard unsafe stat(url.path, &status) == 0 else { throw failure(url.path, reason(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw failure(url.path, "not a regular file") }
    try FolderBounds.check(url, in: url.deletingLastPathComponent())
    // Should it have become a pipe meanwhile, opening must not wait.
    let descriptor = unsafe Foundation.open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(url.path, reason(errno)) }
    return descriptor
  }

  /// Bytes of an open file.
  static func size(_ descriptor: Int32, _ path: String) throws -> Int {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure(path, reason(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw failure(path, "not a regular file") }
    return Int(status.st_size)
  }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT: "no such file"
    case EACCES, EPERM: "permission denied"
    default: unsafe String(cString: strerror(code))
    }
  }

  private static func failure(_ path: String, _ reason: String) -> ModelError {
    ModelError(.badInput, file: path, "cannot be read: \(reason); check that the model folder is complete")
  }
}
