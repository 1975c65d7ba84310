/// A fixed block of float32, 64-byte aligned and zero when made.
///
/// `@unchecked Sendable`: the block has no lock. Whoever shares one between threads gives each thread a range of its own
/// or lets all of them only read.
@safe public final class FloatBuffer: @unchecked Sendable {
  public let count: Int
  package let pointer: UnsafeMutablePointer<Float>

  public init(count: Int) {
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    unsafe raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    unsafe pointer = raw.bindMemory(to: Float.self, capacity: max(count, 1))
  }

  public convenience init(_ values: [Float]) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { unsafe pointer[index] = value }
  }

  deinit { unsafe UnsafeMutableRawPointer(pointer).deallocate() }

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
