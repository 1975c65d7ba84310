import Crypto
import Digests
import Foundation

/// What a model folder holds, by the SHA-256 of every file in it.
///
/// The files are those directly in the folder whose names do not begin with a point; links are followed, subfolders are
/// left out. `digest` is the SHA-256 of what `LC_ALL=C sha256sum -- *` prints there, so that anybody can compute it.
public struct FolderContent: Codable, Sendable, Hashable {
  /// SHA-256 in lower-case hexadecimal, by name.
  public let files: [String: String]

  public init(files: [String: String]) { self.files = files }

  /// Reads every file to its end.
  ///
  /// - Throws: `RunError` naming the file that cannot be read.
  public init(of folder: URL) throws {
    var files: [String: String] = [:]
    for name in try Self.names(in: folder) {
      files[name] = try Self.digest(of: folder.appendingPathComponent(name))
    }
    self.files = files
  }

  /// Of the whole folder.
  public var digest: String {
    let names = files.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return SHA256.hexadecimal(of: names.map { "\(files[$0] ?? "")  \($0)\n" }.joined().utf8)
  }

  /// What is otherwise in this folder than in `recorded`, in words; nil where nothing is.
  public func difference(from recorded: FolderContent) -> String? {
    let names = Set(files.keys).union(recorded.files.keys).sorted()
    let differences = names.compactMap { name -> String? in
      switch (files[name], recorded.files[name]) {
      case (let here?, let there?): here == there ? nil : "\(name) is another"
      case (nil, _): "\(name) is missing"
      case (_, nil): "\(name) is new"
      }
    }
    return differences.isEmpty ? nil : differences.joined(separator: ", ")
  }

  private static func names(in folder: URL) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { name in
        var isFolder: ObjCBool = false
        let file = folder.appendingPathComponent(name)
        let exists = unsafe FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
        return exists && !isFolder.boolValue && !name.hasPrefix(".")
      }
    } catch {
      throw unreadable(folder, error)
    }
  }

  private static func digest(of file: URL) throws -> String {
    do {
      let handle = try FileHandle(forReadingFrom: file)
      defer {
        // Nothing was written: there is nothing that closing could lose.
        try? handle.close()
      }
      var digest = SHA256()
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { digest.update(data: piece) }
      return digest.finalize().hexadecimal
    } catch {
      throw unreadable(file, error)
    }
  }

  private static func unreadable(_ file: URL, _ error: any Error) -> RunError {
    RunError(
      .storage, file: file.path,
      "cannot be read: \(error.localizedDescription); mend the disk or the permissions, then `reversal resume`")
  }
}
