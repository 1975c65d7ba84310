import Foundation

/// The files of weights of a model folder.
package enum StoredWeights {
  /// Their bytes.
  ///
  /// - Throws: Where the folder cannot be listed.
  package static func byteCount(in folder: URL) throws -> Int {
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: [.fileSizeKey], options: [])
    return files.filter { $0.pathExtension == "safetensors" }.reduce(0) { sum, file in
      // A file that has gone meanwhile is reported when the model is read.
      sum + ((try? file.resolvingSymlinksInPath().resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0)
    }
  }
}
