import CZlib
import Core
import Foundation

/// A file compressed by gzip.
public enum GZipFile {
  /// Whether a file begins as gzip's do.
  public static func isCompressed(_ data: Data) -> Bool { data.starts(with: [0x1f, 0x8b]) }

  /// The content of `data`, all its members one after another.
  ///
  /// - Parameters:
  ///   - name: The file, for messages.
  ///   - limit: Bytes; what is larger is refused while it is unpacked.
  /// - Throws: `InputError` for content that is damaged, cut off or larger than `limit`.
  public static func contents(of data: Data, name: String, limit: Int = 1 << 34) throws -> Data {
    var rest = data
    var content = Data()
    repeat {
      guard let member = Compression.inflate(&rest, windowBits: MAX_WBITS + 16, limit: limit - content.count) else {
        throw InputError(
          file: name, "cannot be unpacked: it is damaged, cut off, or holds more than \(limit) bytes; compress it again"
        )
      }
      content += member
      // Zeros after the last member are padding, as of tapes.
    } while rest.contains { $0 != 0 }
    return content
  }
}
