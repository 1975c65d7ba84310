import Foundation

extension Data {
  /// A file of a model folder, read whole, or mapped into memory where `mapped`.
  ///
  /// - Throws: `ModelError` naming the file and why it cannot be read.
  init(contentsOfModelFile file: URL, mapped: Bool = false) throws {
    do {
      try self.init(contentsOf: file, options: mapped ? .alwaysMapped : [])
    } catch {
      let reason: String
      switch (error as? CocoaError)?.code {
      case .fileReadNoSuchFile?, .fileNoSuchFile?: reason = "no such file"
      case .fileReadNoPermission?: reason = "permission denied"
      default: reason = error.localizedDescription
      }
      throw ModelError(.badInput, file: file.path, "cannot be read: \(reason); check that the model folder is complete")
    }
  }
}
