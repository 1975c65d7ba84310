import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What is being written beside the place where it will stand, under a hidden name.
///
/// It is locked while its process lives. What a killed process left behind is unlocked, and the next draft of the same
/// name removes it.
struct Draft: ~Copyable {
  enum Kind { case file, folder }

  let url: URL
  private let target: URL
  private let descriptor: Int32

  /// - Throws: `StorageError` naming `target`.
  init(of target: URL, as kind: Kind) throws {
    self.target = target
    let parent = target.deletingLastPathComponent()
    let prefix = ".\(target.lastPathComponent).partial-"
    Self.removeLeftovers(in: parent, prefix)
    for attempt in 0..<1000 {
      let url = parent.appending(path: "\(prefix)\(getpid())-\(attempt)")
      guard Self.make(url, kind) else {
        if errno == EEXIST { continue }
        throw StorageError.last("cannot be created", target.path)
      }
      // Another process may have taken it for a leftover before it was locked.
      guard let descriptor = Self.lock(url) else { continue }
      self.url = url
      self.descriptor = descriptor
      return
    }
    throw StorageError(.system, file: parent.path, "is full of unfinished '\(prefix)…'; remove them")
  }

  deinit { _ = close(descriptor) }

  /// Gives it its name, in the place of a file or an empty folder of that name, and waits until the disk knows.
  func install() throws {
    if unsafe rename(url.path, target.path) != 0 { throw StorageError.last("cannot be created", target.path) }
    try DurableFile.synchronize(target.deletingLastPathComponent())
  }

  func discard() {
    // What cannot be removed is hidden, and the next draft tries again.
    try? FileManager.default.removeItem(at: url)
  }

  private static func make(_ url: URL, _ kind: Kind) -> Bool {
    switch kind {
    case .folder: return unsafe mkdir(url.path, 0o777) == 0
    case .file:
      let descriptor = unsafe open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { _ = close(descriptor) }
      return descriptor >= 0
    }
  }

  /// A descriptor that holds the lock of what stands at `url`; nil where somebody else holds it or it is gone.
  private static func lock(_ url: URL) -> Int32? {
    let descriptor = unsafe open(url.path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    // A file system without locks has no leftovers removed either.
    let isHeld = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
    var held = stat()
    var named = stat()
    let isThere = unsafe fstat(descriptor, &held) == 0 && lstat(url.path, &named) == 0
    if !isHeld, isThere, held.st_ino == named.st_ino, held.st_dev == named.st_dev { return descriptor }
    _ = close(descriptor)
    return nil
  }

  private static func removeLeftovers(in parent: URL, _ prefix: String) {
    // A folder that cannot be listed is named by what fails next.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    for name in names where name.hasPrefix(prefix) {
      let leftover = parent.appending(path: name)
      let descriptor = unsafe open(leftover.path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      defer { _ = close(descriptor) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { continue }
      // What is not ours to remove stays.
      try? FileManager.default.removeItem(at: leftover)
    }
  }
}
