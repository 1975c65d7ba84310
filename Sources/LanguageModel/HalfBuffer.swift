/// A fixed block of 16-bit floating-point numbers (bfloat16 or IEEE binary16: the holder knows which), to read only.
///
/// `@unchecked Sendable`: nothing writes to it.
@safe package final class HalfBuffer: @unchecked Sendable {
  package let count: Int
  package let pointer: UnsafePointer<UInt16>
  /// The mapped file that the elements lie in; nil where the buffer has memory of its own.
  private let file: MappedFile?

  /// The bit patterns `values`, in memory of its own.
  package init(_ values: [UInt16]) {
    count = values.count
    unsafe pointer = values.withUnsafeBytes { bytes in unsafe Self.copy(of: bytes) }
    file = nil
  }

  /// `count` elements of `file` from `byteOffset` on; a copy where they are not aligned.
  package init(_ file: MappedFile, byteOffset: Int, count: Int) {
    let bytes = unsafe file.bytes(byteOffset, 2 * count)
    self.count = count
    if byteOffset % 2 == 0, let start = bytes.baseAddress {
      unsafe pointer = start.assumingMemoryBound(to: UInt16.self)
      self.file = file
    } else {
      unsafe pointer = Self.copy(of: bytes)
      self.file = nil
    }
  }

  private static func copy(of bytes: UnsafeRawBufferPointer) -> UnsafePointer<UInt16> {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 2), alignment: 64)
    if let start = bytes.baseAddress { unsafe memory.copyMemory(from: start, byteCount: bytes.count) }
    return unsafe UnsafePointer(memory.bindMemory(to: UInt16.self, capacity: max(bytes.count / 2, 1)))
  }

  deinit { if file == nil { unsafe UnsafeRawPointer(pointer).deallocate() } }

  package subscript(index: Int) -> UInt16 {
    precondition(index >= 0 && index < count, "index outside the buffer")
    return unsafe pointer[index]
  }
}

/// A range of a `HalfBuffer`.
@safe package struct HalfView: Sendable {
  package let buffer: HalfBuffer
  package let offset: Int
  package let count: Int

  package init(_ buffer: HalfBuffer, offset: Int = 0, count: Int? = nil) {
    let count = count ?? buffer.count - offset
    precondition(offset >= 0 && count >= 0 && offset + count <= buffer.count, "a view lies within its buffer")
    self.buffer = buffer
    self.offset = offset
    self.count = count
  }

  package func slice(_ start: Int, _ length: Int) -> HalfView {
    precondition(start >= 0 && length >= 0 && start + length <= count, "a slice lies within its view")
    return HalfView(buffer, offset: offset + start, count: length)
  }

  package subscript(index: Int) -> UInt16 { buffer[offset + index] }

  package var start: UnsafePointer<UInt16> { unsafe buffer.pointer + offset }
}
