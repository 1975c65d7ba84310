import Core
import Downloads
import Foundation
import Storage

extension DataFolder {
  /// Fetches a file from its public home, or from `mirror`/folder/name, and puts it in its place whole or not at all.
  ///
  /// - Throws: `InputError` where nothing is known to fetch or the server has something else; `DownloadError` where it
  ///   cannot be reached.
  public func fetch(
    _ file: DataFile, of task: any BenchmarkTask, in dataSet: DataSet, mirror: URL? = nil
  ) async throws -> Addition {
    guard let digest = file.sha256 else {
      throw InputError(
        "the bytes of \(dataSet.folder)/\(file.name) are not on record, so that a copy could not be verified; get it "
          + "from \(dataSet.home) and use `reversal data add \(task.name)`")
    }
    guard let address = mirror?.appending(path: dataSet.folder).appending(path: file.name) ?? file.address else {
      throw InputError(
        "no public address of \(dataSet.folder)/\(file.name) is known; get it from \(dataSet.home) and use `reversal data "
          + "add \(task.name)`")
    }
    let draft = draftLocation(of: file, in: dataSet)
    do {
      try NewFolder.createPath(to: draft.deletingLastPathComponent())
      let found = try await Download(address, to: draft, byteLimit: byteLimit).run()
      guard found == digest else {
        throw InputError(
          "\(address.absoluteString): holds other bytes than the known ones (SHA-256 \(found)); report this, and get the "
            + "file elsewhere")
      }
      let addition = try check(draft, as: file, of: task).addition
      try DurableFile.synchronize(draft)
      try install(draft, as: file, in: dataSet)
      return addition
    } catch {
      // A draft that cannot be removed is overwritten the next time.
      try? FileManager.default.removeItem(at: draft)
      try Task.checkCancellation()
      throw error
    }
  }
}
