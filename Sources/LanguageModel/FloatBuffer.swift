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

  public init(count: Int) {
    self.count = count
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

  deinit {
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
