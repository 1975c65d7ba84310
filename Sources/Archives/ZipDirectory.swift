import Core
import Foundation

/// The central directory at the end of a zip file (PKWARE's APPNOTE 6.3.10, sections 4.3.12 to 4.3.16).
struct ZipDirectory {
  let data: Data
  private let name: String
  private let bytes: LittleEndianBytes

  /// - Parameter data: its indices must begin at 0.
  init(_ data: Data, name: String) {
    self.data = data
    self.name = name
    bytes = LittleEndianBytes(data)
  }

  /// - Throws: `InputError` where there is no directory, or an entry of it is not whole.
  func entries() throws -> [ZipArchive.Entry] {
    guard let end = endRecord(), let place = place(endRecord: end) else {
      throw InputError(file: name, "is no whole zip archive: its directory is missing; fetch or write it again")
    }
    var entries: [ZipArchive.Entry] = []
    var offset = place.offset
    for _ in 0..<place.count {
      guard let (entry, next) = entry(at: offset) else {
        throw InputError(
          file: name, "is a damaged zip archive: entry \(entries.count + 1) of its directory is not whole")
      }
      let name = entry.name
      guard !Self.leadsOut(name), !isLink(at: offset) else {
        throw InputError(
          file: self.name,
          "the entry '\(name.visible(limit: 80))' is a link or leads out of the archive; do not use this file")
      }
      entries.append(entry)
      offset = next
    }
    return entries
  }

  /// Whether a name, taken as a path, is absolute or climbs; either slash separates.
  private static func leadsOut(_ name: String) -> Bool {
    let parts = name.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
    let first = parts.first ?? ""
    return first.isEmpty || parts.contains("..") || name.utf8.contains(0)
      || first.count == 2 && first.last == ":" && first.first?.isLetter == true
  }

  /// Whether an entry that was made on Unix is a symbolic link, by the mode in its external attributes.
  private func isLink(at offset: Int) -> Bool {
    guard let maker = bytes.uint16(at: offset + 4), let attributes = bytes.uint32(at: offset + 38) else { return false }
    return maker >> 8 == 3 && attributes >> 16 & 0o170000 == 0o120000
  }

  /// Where the end record stands: a comment of at most 65,535 bytes may follow it.
  private func endRecord() -> Int? {
    let last = data.count - 22
    guard last >= 0 else { return nil }
    return (max(0, last - 0xffff)...last).reversed().first { offset in
      bytes.uint32(at: offset) == 0x0605_4b50 && bytes.uint16(at: offset + 20) == data.count - offset - 22
    }
  }

  private func place(endRecord end: Int) -> (offset: Int, count: Int)? {
    guard let count = bytes.uint16(at: end + 10), let offset = bytes.uint32(at: end + 16) else { return nil }
    guard count == 0xffff || offset == 0xffff_ffff else { return (offset, count) }
    // The 64-bit record, which a locator directly before the end record names.
    guard bytes.uint32(at: end - 20) == 0x0706_4b50, let record = bytes.uint64(at: end - 12),
      bytes.uint32(at: record) == 0x0606_4b50, let count = bytes.uint64(at: record + 32),
      let offset = bytes.uint64(at: record + 48)
    else { return nil }
    return (offset, count)
  }

  private func entry(at offset: Int) -> (ZipArchive.Entry, next: Int)? {
    guard bytes.uint32(at: offset) == 0x0201_4b50, let flags = bytes.uint16(at: offset + 8),
      let method = bytes.uint16(at: offset + 10), let checksum = bytes.uint32(at: offset + 16),
      let compressedSize = bytes.uint32(at: offset + 20), let size = bytes.uint32(at: offset + 24),
      let nameLength = bytes.uint16(at: offset + 28), let extraLength = bytes.uint16(at: offset + 30),
      let commentLength = bytes.uint16(at: offset + 32), let headerOffset = bytes.uint32(at: offset + 42)
    else { return nil }
    let extra = offset + 46 + nameLength
    guard extra + extraLength <= data.count else { return nil }

    var sizes = Sizes(size: size, compressedSize: compressedSize, headerOffset: headerOffset)
    // A number that does not fit stands in the 64-bit extra field instead, in this order.
    var wide = wideNumbers(from: extra, to: extra + extraLength)[...]
    for number in [\Sizes.size, \.compressedSize, \.headerOffset] where sizes[keyPath: number] == 0xffff_ffff {
      guard let value = wide.popFirst() else { return nil }
      sizes[keyPath: number] = value
    }
    let entry = ZipArchive.Entry(
      name: String(decoding: data[(offset + 46)..<extra], as: UTF8.self), size: sizes.size,
      compressedSize: sizes.compressedSize, method: method, isEncrypted: flags & 1 == 1,
      checksum: UInt32(checksum), headerOffset: sizes.headerOffset)
    return (entry, extra + extraLength + commentLength)
  }

  private struct Sizes {
    var size: Int
    var compressedSize: Int
    var headerOffset: Int
  }

  /// The numbers of the extra field with the id 1; none where there is no such field.
  private func wideNumbers(from start: Int, to end: Int) -> [Int] {
    var offset = start
    while offset + 4 <= end, let id = bytes.uint16(at: offset), let length = bytes.uint16(at: offset + 2) {
      let field = offset + 4
      guard field + length <= end else { return [] }
      if id == 1 { return stride(from: field, through: field + length - 8, by: 8).compactMap { bytes.uint64(at: $0) } }
      offset = field + length
    }
    return []
  }
}
