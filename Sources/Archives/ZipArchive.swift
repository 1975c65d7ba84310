import Core
import Foundation

/// A zip file, read only: stored, deflated and Zstandard entries, with or without the 64-bit extension.
///
/// Everything in the file is taken as hostile: an offset outside of it, a size that is not that of the content, a checksum
/// that does not match are refused. Names are data; nothing here makes a path of one. All the same an archive with a name
/// that would lead out of the folder it is unpacked in, or with a link, is refused: it was made to do harm.
public struct ZipArchive: Sendable {
  /// One file within the archive.
  public struct Entry: Sendable, Hashable {
    /// As written, with `/` between folders; a folder's own entry ends in `/`.
    public let name: String
    /// Bytes of the content, as the directory claims it.
    public let size: Int
    let compressedSize: Int
    let method: Int
    let isEncrypted: Bool
    let checksum: UInt32
    let headerOffset: Int
  }

  /// The path, for messages.
  public let name: String
  /// In the order of the archive's directory; of entries with one name the last counts, as in Python's `zipfile`.
  public let entries: [Entry]
  private let data: Data

  /// - Throws: `InputError` for a file that cannot be read or is no whole zip archive.
  public init(contentsOf file: URL) throws { try self.init(JSONLines.contents(of: file), name: file.path) }

  /// - Throws: as above.
  public init(_ data: Data, name: String) throws {
    let directory = ZipDirectory(Data(data), name: name)
    self.name = name
    self.data = directory.data
    entries = try directory.entries()
  }

  /// Whether a file begins as a zip archive does.
  public static func isArchive(_ data: Data) -> Bool { data.starts(with: [0x50, 0x4b, 0x03, 0x04]) }

  public subscript(name: String) -> Entry? { entries.last { $0.name == name } }

  /// The content of `entry`.
  ///
  /// - Parameter limit: Bytes; what is larger is refused before and while it is unpacked.
  /// - Throws: `InputError` for content that is damaged, larger than `limit`, encrypted or packed by another method.
  public func contents(of entry: Entry, limit: Int = 1 << 30) throws -> Data {
    func damaged(_ what: String) -> InputError {
      InputError(file: name, "the entry '\(entry.name.visible(limit: 80))' \(what)")
    }
    guard entry.size <= limit else { throw damaged("holds \(entry.size) bytes; at most \(limit) are read") }
    guard !entry.isEncrypted else { throw damaged("is encrypted; write the archive without a password") }
    guard let packed = packedContents(of: entry) else {
      throw damaged("lies outside of the file; the archive is damaged or cut off, fetch it again")
    }
    let content: Data?
    switch entry.method {
    case 0: content = packed.count == entry.size ? packed : nil
    case 8: content = Compression.inflate(packed, to: entry.size)
    case 93: content = Compression.zstandard(packed, to: entry.size)
    default: throw damaged("is packed by method \(entry.method); deflate and Zstandard are read")
    }
    guard let content, Compression.crc32(content) == entry.checksum else {
      throw damaged("cannot be unpacked: its content is damaged; fetch the archive again")
    }
    return content
  }

  private func packedContents(of entry: Entry) -> Data? {
    let bytes = LittleEndianBytes(data)
    let header = entry.headerOffset
    guard bytes.uint32(at: header) == 0x0403_4b50, let nameLength = bytes.uint16(at: header + 26),
      let extraLength = bytes.uint16(at: header + 28)
    else { return nil }
    let start = header + 30 + nameLength + extraLength
    guard start <= data.count, entry.compressedSize <= data.count - start else { return nil }
    return data.subdata(in: start..<start + entry.compressedSize)
  }
}
