import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where the links of a model folder may lead. A downloaded folder is not trusted: a link in it to a file of the user's
/// would be read, and copied beside a trained model.
///
/// What is allowed is the folder itself and, in the cache of Hugging Face, whose `snapshots` hold links only, the `blobs`
/// beside them.
enum FolderBounds {
  /// - Throws: `ModelError` where `place`, a file or a folder, lies outside of `folder` once all links are followed.
  static func check(_ place: URL, in folder: URL) throws {
    // What is not there is reported where it is opened.
    guard let target = real(place.path), let root = real(folder.path) else { return }
    let roots = [root] + (blobs(besideSnapshot: root).map { [$0] } ?? [])
    guard roots.contains(where: { target == $0 || target.hasPrefix($0 == "/" ? "/" : $0 + "/") }) else {
      throw ModelError(
        .badInput, file: place.path,
        "is a link that leads out of its folder, to \(target); put the file itself there, or give the folder that it is in"
      )
    }
  }

  /// The folder of contents of the cache that `folder` is a snapshot of, or lies in one.
  private static func blobs(besideSnapshot folder: String) -> String? {
    let parts = folder.split(separator: "/")
    guard let place = parts.lastIndex(of: "snapshots"), place < parts.count - 1 else { return nil }
    return "/" + (parts[..<place] + ["blobs"]).joined(separator: "/")
  }

  /// nil where there is nothing.
  private static func real(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}
