import Archives
import Crypto
import Digests
import Foundation
import WorkerFiles

/// The workers as they are sent to a cluster, or laid down for a process on this machine.
public struct WorkerPackage: Sendable {
  /// A zip archive with the files at its root.
  public let archive: Data
  /// Its name: Ray takes packages by a name that says what is in them.
  public let name: String
  private let files: [(name: String, content: Data)]

  public init() {
    files = WorkerFiles.all.map { ($0.path, Data($0.content)) }
    archive = StoredZipArchive.data(files)
    let digest = SHA256.hash(data: archive).hexadecimal.prefix(16)
    name = "_ray_pkg_\(digest).zip"
  }

  /// Where Ray keeps it.
  public var address: String { "gcs://\(name)" }

  /// Writes the files into a folder of `parent` that is named by their content, and returns it.
  func unpack(in parent: URL) throws -> URL {
    let folder = parent.appending(path: "workers-\(name.dropFirst(9).prefix(16))")
    if FileManager.default.fileExists(atPath: folder.path) { return folder }
    let partial = parent.appending(path: ".workers-\(UUID().uuidString)")
    for (name, content) in files {
      let file = partial.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try content.write(to: file)
    }
    do {
      try FileManager.default.moveItem(at: partial, to: folder)
    } catch {
      // Another process may have been quicker, with the same content.
      guard FileManager.default.fileExists(atPath: folder.path) else { throw error }
      try FileManager.default.removeItem(at: partial)
    }
    return folder
  }
}
