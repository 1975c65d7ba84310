import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file being written, which is on the disk once `synchronize` returns.
struct DurableFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// - Throws: `ModelError` (system) naming the file.
  init(creating url: URL) throws {
    path = url.path
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw Self.failure("cannot be created", path) }
  }

  deinit { _ = close(descriptor) }

  func append(_ data: some ContiguousBytes) throws {
    try unsafe data.withUnsafeBytes { bytes in
      var rest = unsafe bytes
      while unsafe !rest.isEmpty {
        let count = unsafe write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        if count < 0 { throw Self.failure("cannot be written", path) }
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }

  /// Waits until the disk has the file.
  func synchronize() throws {
    if fsync(descriptor) != 0 { throw Self.failure("cannot be written", path) }
  }

  static func store(_ data: Data, at url: URL) throws {
    let file = try DurableFile(creating: url)
    try file.append(data)
    try file.synchronize()
  }

  /// Waits until the disk knows what `folder` holds.
  static func synchronize(folder: URL) throws {
    let descriptor = unsafe open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot be opened", folder.path) }
    defer { _ = close(descriptor) }
    if fsync(descriptor) != 0 { throw failure("cannot be written", folder.path) }
  }

  /// What the system says about the last call.
  static func failure(_ what: String, _ path: String) -> ModelError {
    let code = errno
    let reason = unsafe String(cString: strerror(code))
    let advice =
      code == ENOSPC || code == EDQUOT ? "free some space and run again" : "check the path and its permissions"
    return ModelError(.system, file: path, "\(what): \(reason); \(advice)")
  }
}
