import Archives
import Core
import Foundation

/// The samples of an Inspect log that is a zip archive (`.eval`): one entry a sample.
struct InspectArchive: RowSource {
  static let noSamples = "holds no samples; take a log that was written with them"
  /// Bytes of one sample with its whole transcript; more is refused.
  private static let entryLimit = 1 << 27

  private let archive: ZipArchive
  private var entries: ArraySlice<ZipArchive.Entry>

  /// - Throws: `InputError` where the archive holds no samples.
  init(_ archive: ZipArchive) throws {
    self.archive = archive
    entries = archive.entries.filter { $0.name.hasPrefix("samples/") && $0.name.hasSuffix(".json") }[...]
    guard !entries.isEmpty else { throw InputError(file: archive.name, Self.noSamples) }
  }

  /// - Throws: `InputError` where the archive has no header that can be read.
  func reader(options: ImportOptions) throws -> any RowReader {
    do {
      try options.check(.inspect)
      // A log that is still being written has no header yet.
      for name in ["header.json", "_journal/start.json"] {
        guard let entry = archive[name] else { continue }
        let document = try JSONDocument([UInt8](contents(of: entry)), allowsNonFiniteNumbers: true)
        guard let header = try InspectHeader(document.root) else { continue }
        return InspectReader(header: header, scorer: options.scorer, task: options.task)
      }
    } catch let fault as RowFault {
      throw InputError(file: archive.name, fault.message)
    } catch is JSONFault {
      throw InputError(file: archive.name, "its header is not JSON; write the log again")
    }
    throw InputError(file: archive.name, "is no log of Inspect: it has no header.json; give a .eval file")
  }

  mutating func next() throws -> RowBlock? {
    var bytes: [UInt8] = []
    var parts: [RowBlock.Row] = []
    while parts.count < 8, bytes.count < 1 << 20, let entry = entries.popFirst() {
      let start = bytes.count
      bytes += try contents(of: entry)
      parts.append(RowBlock.Row(range: start..<bytes.count, place: .part(entry.name)))
    }
    return parts.isEmpty ? nil : RowBlock(bytes, parts: parts)
  }

  private func contents(of entry: ZipArchive.Entry) throws -> Data {
    try archive.contents(of: entry, limit: Self.entryLimit)
  }
}
