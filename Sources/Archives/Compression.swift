import CZlib
import CZstd
import Core
import Foundation

/// Unpacking into a size that is known or bounded beforehand.
enum Compression {
  /// A raw deflate stream of exactly `size` bytes once unpacked; nil for any other.
  static func inflate(_ packed: Data, to size: Int) -> Data? {
    var rest = packed
    let content = inflate(&rest, windowBits: -MAX_WBITS, limit: size)
    return content?.count == size && rest.isEmpty ? content : nil
  }

  /// One Zstandard stream of exactly `size` bytes once unpacked; nil for any other.
  static func zstandard(_ packed: Data, to size: Int) -> Data? {
    // One byte more than there should be, since a buffer must not be empty.
    var content = Data(count: size + 1)
    let written = unsafe content.withUnsafeMutableBytes { output in
      unsafe packed.withUnsafeBytes { input in
        unsafe ZSTD_decompress(output.baseAddress, output.count, input.baseAddress, input.count)
      }
    }
    guard ZSTD_isError(written) == 0, written == size else { return nil }
    return content.prefix(size)
  }

  static func crc32(_ data: Data) -> UInt32 {
    unsafe data.withUnsafeBytes { bytes in
      guard let base = unsafe bytes.bindMemory(to: UInt8.self).baseAddress else { return 0 }
      var checksum: UInt = 0
      var offset = 0
      // zlib counts in 32 bits.
      while offset < bytes.count {
        let part = min(bytes.count - offset, 1 << 30)
        checksum = unsafe CZlib.crc32(checksum, base + offset, UInt32(part))
        offset += part
      }
      return UInt32(checksum)
    }
  }

  /// One stream from the front of `packed`, which it is taken off; nil where it is damaged, cut off or larger than `limit`.
  static func inflate(_ packed: inout Data, windowBits: Int32, limit: Int) -> Data? {
    var stream = unsafe z_stream()
    guard unsafe inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return nil
    }
    defer { unsafe inflateEnd(&stream) }
    var content = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var consumed = 0
    var status = Z_OK
    let input = packed
    unsafe input.withUnsafeBytes { input in
      guard let base = input.baseAddress else { return }
      while status == Z_OK, content.count <= limit {
        let part = min(input.count - consumed, 1 << 30)
        unsafe stream.next_in = UnsafeMutablePointer(
          mutating: (base + consumed).assumingMemoryBound(to: UInt8.self))
        unsafe stream.avail_in = UInt32(part)
        let space = buffer.count
        let left = unsafe buffer.withUnsafeMutableBufferPointer { output in
          unsafe stream.next_out = output.baseAddress
          unsafe stream.avail_out = UInt32(space)
          status = unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
          return unsafe stream.avail_out
        }
        unsafe consumed += part - Int(stream.avail_in)
        content.append(contentsOf: buffer.prefix(space - Int(left)))
      }
    }
    guard status == Z_STREAM_END, content.count <= limit else { return nil }
    packed = packed.dropFirst(consumed)
    return content
  }
}
