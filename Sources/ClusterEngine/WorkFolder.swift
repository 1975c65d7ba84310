import Core
import Crypto
import Digests
import Foundation
import Storage

/// The folders that pieces of work are kept in.
enum WorkFolder {
  /// The name of a piece of work: by all that was asked, of which models and with which input.
  static func name(of specification: some Encodable, models: [String], input: Data) throws -> String {
    var hash = SHA256()
    hash.update(data: Data(models.joined(separator: "\n").utf8))
    hash.update(data: Data(try WorkerJSON.line(specification).utf8))
    hash.update(data: input)
    return String(hash.finalize().hexadecimal.prefix(32))
  }

  /// Writes the input of a piece of work unless it is there.
  static func write(_ content: Data, to file: URL) throws {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    // Another content under this name would be another name.
    if (try? Data(contentsOf: file)) != content { try DurableFile.replace(file, with: content) }
  }
}
