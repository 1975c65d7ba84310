import Archives
import Core
import Foundation

/// A file of samples, its format known.
package struct SampleFile {
  /// What messages call it.
  package let name: String
  let reader: any RowReader
  /// Whether the same rows can be had by opening the path again.
  let isRepeatable: Bool
  private var source: any RowSource
  /// A block that was read to recognise the format.
  private var first: RowBlock?

  /// Bytes of a JSON value that is held whole, and of what a compressed file holds.
  private static let documentLimit = 1 << 30
  private static let unpackedLimit = 1 << 33

  /// - Parameter parts: Blocks that a file should come in at least, so that as many threads have work.
  /// - Throws: `InputError` for a file that cannot be read, is empty, or whose format is not recognised.
  init(_ path: String, options: ImportOptions, parts: Int) throws {
    var bytes = try ByteSource(path)
    name = bytes.name
    isRepeatable = bytes.isRepeatable
    var beginning = try bytes.read(4)
    try Self.refuseTable(name, beginning)
    if ZipArchive.isArchive(beginning) {
      let archive = try InspectArchive(ZipArchive(beginning + bytes.readAll(limit: Self.unpackedLimit), name: name))
      (source, reader) = (archive, try archive.reader(options: options))
      return
    }
    if GZipFile.isCompressed(beginning) {
      let packed = try beginning + bytes.readAll(limit: Self.unpackedLimit)
      bytes = ByteSource(try GZipFile.contents(of: packed, name: name, limit: Self.unpackedLimit), name: name)
      beginning = Data()
    }
    var lines = LineBlocks(bytes, parts: parts, beginning: beginning)
    while let block = try lines.next() {
      guard let row = block.rows.first else { continue }
      if try Self.isWhole(block.bytes, row) {
        let whole = try lines.rest(after: block.bytes, limit: Self.documentLimit)
        (source, reader) = try WholeDocument(whole, name: name).open(options: options, parts: parts)
      } else {
        reader = try FormatRecognition.reader(of: row, in: block, file: name, options: options)
        (source, first) = (lines, block)
      }
      return
    }
    throw InputError(file: name, "holds no rows; give one JSON object a line")
  }

  /// nil at the end.
  mutating func next() throws -> RowBlock? {
    guard let block = first else { return try source.next() }
    first = nil
    return block
  }

  /// Whether the file is one JSON value, and not one a line: it begins with a list, it is spread over several lines, or its
  /// first line is a whole log.
  private static func isWhole(_ bytes: [UInt8], _ row: RowBlock.Row) throws -> Bool {
    let start = bytes[row.range].prefix(64).filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d }
    if start.first == UInt8(ascii: "[") || start == [UInt8(ascii: "{")] { return true }
    // What is no JSON is told with its place where it is read as a line.
    guard let line = try? JSONDocument(bytes, row.range, allowsNonFiniteNumbers: true) else { return false }
    return WholeDocument.isLog(line.root)
  }

  /// - Throws: `InputError` that says how to convert a table.
  private static func refuseTable(_ name: String, _ beginning: Data) throws {
    let file = URL(filePath: name)
    let isParquet = beginning.elementsEqual(Data("PAR1".utf8))
    let reader: String
    switch isParquet ? "parquet" : file.pathExtension.lowercased() {
    case "parquet": reader = "read_parquet"
    case "csv": reader = "read_csv"
    case "tsv": reader = "read_table"
    default: return
    }
    // The line is meant to be pasted into a shell: a name that could do something there is left out.
    let isPlain = file.lastPathComponent.utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(byte)
    }
    let from = isPlain ? file.lastPathComponent : "FILE.\(isParquet ? "parquet" : file.pathExtension.lowercased())"
    let to = URL(filePath: from).deletingPathExtension().lastPathComponent + ".jsonl"
    throw InputError(
      file: name,
      "is a table, which is not read; convert it: python3 -c \"import pandas; pandas.\(reader)('\(from)')"
        + ".to_json('\(to)', orient='records', lines=True)\"")
  }
}
