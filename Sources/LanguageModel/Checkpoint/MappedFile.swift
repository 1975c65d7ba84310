import Foundation
import Storage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A regular file mapped into memory, to read only.
///
/// `@unchecked Sendable`: nothing writes to it.
@safe package final class MappedFile: @unchecked Sendable {
  package let path: String
  package let byteCount: Int
  private let start: UnsafeRawPointer

  /// - Throws: `ModelError` naming the file: missing, unreadable, or a folder, device or pipe, which is never waited for.
  package init(_ url: URL) throws {
    path = url.path
    let descriptor = try RegularFile.open(url)
    defer { _ = close(descriptor) }
    byteCount = try RegularFile.size(descriptor, path)
    // A mapping has at least one page.
    let address = unsafe mmap(nil, max(byteCount, 1), PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw ModelError(StorageError.last("cannot be mapped into memory", path))
    }
    unsafe start = UnsafeRawPointer(address)
  }

  deinit { unsafe munmap(UnsafeMutableRawPointer(mutating: start), max(byteCount, 1)) }

  /// `count` bytes from `offset` on.
  package func bytes(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
    precondition(offset >= 0 && count >= 0 && count <= byteCount - offset, "a range lies within its file")
    return unsafe UnsafeRawBufferPointer(start: start + offset, count: count)
  }
}
