import Core
import Crypto
import Digests
import Foundation
import Synchronization

/// SHA-256 of model folders. A folder may hold another model than yesterday, under the same path; its answers must not.
final class ModelDigests: Sendable {
  private let known = Mutex<[String: (stamp: String, digest: String)]>([:])

  /// Over the names and contents of the files that decide what a model says. Read again only where a file's size or
  /// time has changed.
  func digest(of folder: URL) throws -> String {
    let files = try Self.files(of: folder)
    let stamp = files.map { "\($0.lastPathComponent) \(Self.stamp(of: $0))" }.joined(separator: "\n")
    if let found = known.withLock({ $0[folder.path] }), found.stamp == stamp { return found.digest }
    var hash = SHA256()
    for file in files {
      hash.update(data: Data("\(file.lastPathComponent)\n".utf8))
      hash.update(data: Data(try Self.digest(ofFile: file)))
    }
    let digest = hash.finalize().hexadecimal
    known.withLock { $0[folder.path] = (stamp, digest) }
    return digest
  }

  private static func files(of folder: URL) throws -> [URL] {
    do {
      return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .filter { ["json", "safetensors", "model", "jinja", "txt"].contains($0.pathExtension) }
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
    } catch {
      throw InputError(file: folder.path, "the model's folder cannot be read; check the path and its permissions")
    }
  }

  private static func stamp(of file: URL) -> String {
    // Without a stamp the files are read again, which is what a stamp saves.
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    let time = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970
    return attributes.map { "\($0[.size] ?? "") \(time ?? 0)" } ?? UUID().uuidString
  }

  private static func digest(ofFile file: URL) throws -> SHA256Digest {
    let handle: FileHandle
    do { handle = try FileHandle(forReadingFrom: file) } catch {
      throw InputError(file: file.path, "cannot be read; check the path and its permissions")
    }
    defer { try? handle.close() }  // Nothing was written.
    var hash = SHA256()
    while let block = try handle.read(upToCount: 1 << 20), !block.isEmpty { hash.update(data: block) }
    return hash.finalize()
  }
}
