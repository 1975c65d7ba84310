#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A fixed block of float32, 64-byte aligned and zero when made.
///
/// `@unchecked Sendable`: the block has no lock. Whoever shares one between threads gives each thread a range of its own
/// or lets all of them only read.
@safe public final class FloatBuffer: @unchecked Sendable {
  private static let hugePage = 2 << 20
  /// MADV_HUGEPAGE of Linux, which not every C library's module exports.
  private static let adviceHugePage: Int32 = 14

  public let count: Int
  package let pointer: UnsafeMutablePointer<Float>

  /// What the system was asked for, where the block is a mapping of its own.
  private let mapping: UnsafeMutableRawBufferPointer?
  /// The mapped file that the numbers lie in: then they are to read only, and writing ends the process.
  private let file: MappedFile?

  public init(count: Int) {
    self.count = count
    file = nil
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    if bytes >= Self.hugePage, let mapping = unsafe Self.map(bytes) {
      let address = UInt(bitPattern: mapping.baseAddress)
      let skipped = Int((UInt(Self.hugePage) - address % UInt(Self.hugePage)) % UInt(Self.hugePage))
      let start = unsafe UnsafeMutableRawBufferPointer(rebasing: mapping[skipped..<skipped + bytes])
      #if os(Linux)
        // Streaming weights through pages of 4 KiB costs a page walk every 64 cache lines. Advice: it may be refused.
        unsafe _ = madvise(start.baseAddress, bytes, Self.adviceHugePage)
      #endif
      unsafe pointer = start.bindMemory(to: Float.self).baseAddress ?? Self.allocate(bytes)
      unsafe self.mapping = mapping
    } else {
      unsafe pointer = Self.allocate(bytes)
      unsafe mapping = nil
    }
  }

  private static func allocate(_ bytes: Int) -> UnsafeMutablePointer<Float> {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    unsafe raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    return unsafe raw.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
  }

  /// Memory that the system gives zeroed, page by page as it is touched, with room to begin at a huge page.
  private static func map(_ bytes: Int) -> UnsafeMutableRawBufferPointer? {
    let size = bytes + hugePage
    let start = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { return nil }
    return unsafe UnsafeMutableRawBufferPointer(start: start, count: size)
  }

  public convenience init(_ values: [Float]) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { unsafe pointer[index] = value }
  }

  /// `count` numbers of `file` from `byteOffset` on; a copy where they are not aligned.
  package init(_ file: MappedFile, byteOffset: Int, count: Int) {
    let bytes = unsafe file.bytes(byteOffset, 4 * count)
    self.count = count
    unsafe mapping = nil
    if byteOffset % 4 == 0, let start = bytes.baseAddress {
      unsafe pointer = UnsafeMutablePointer(mutating: start.assumingMemoryBound(to: Float.self))
      self.file = file
    } else {
      unsafe pointer = Self.allocate(max(bytes.count, MemoryLayout<Float>.stride))
      unsafe UnsafeMutableRawBufferPointer(start: pointer, count: bytes.count).copyMemory(from: bytes)
      self.file = nil
    }
  }

  deinit {
    if file != nil { return }
    if let mapping = unsafe mapping {
      unsafe munmap(mapping.baseAddress, mapping.count)
    } else {
      unsafe UnsafeMutableRawPointer(pointer).deallocate()
    }
  }

  public subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count, "index outside the buffer")
      return unsafe pointer[index]
    }
    set {
      precondition(index >= 0 && index < count, "index outside the buffer")
      unsafe pointer[index] = newValue
    }
  }

  public func withUnsafeBuffer<R>(_ body: (UnsafeMutableBufferPointer<Float>) throws -> R) rethrows -> R {
    try unsafe body(UnsafeMutableBufferPointer(start: pointer, count: count))
  }

  public var array: [Float] { unsafe Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
