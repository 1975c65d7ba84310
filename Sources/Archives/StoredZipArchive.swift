import Foundation

/// Writes a zip archive of files that are stored as they are, without a time: the same files give the same bytes.
public enum StoredZipArchive {
  /// - Parameter files: Names relative to the archive's root, and contents of less than 4 GiB together.
  public static func data(_ files: [(name: String, content: Data)]) -> Data {
    var archive = Data()
    var directory = Data()
    for (name, content) in files {
      // Version 2.0, no flags, stored, no time; then checksum, sizes and the lengths of name and extra field.
      let common =
        number(20, 2) + number(0, 2) + number(0, 2) + number(0, 4) + number(Int(Compression.crc32(content)), 4)
        + number(content.count, 4) + number(content.count, 4) + number(name.utf8.count, 2) + number(0, 2)
      directory += number(0x0201_4b50, 4) + number(20, 2) + common + number(0, 10) + number(archive.count, 4)
      directory += Data(name.utf8)
      archive += number(0x0403_4b50, 4) + common + Data(name.utf8) + content
    }
    let start = archive.count
    archive += directory + number(0x0605_4b50, 4) + number(0, 4) + number(files.count, 2) + number(files.count, 2)
    return archive + number(directory.count, 4) + number(start, 4) + number(0, 2)
  }

  /// Little-endian.
  private static func number(_ value: Int, _ bytes: Int) -> Data {
    Data((0..<bytes).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 })
  }
}
