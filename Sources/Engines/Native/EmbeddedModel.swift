import Core
import Foundation

/// The base model M_0 that ships with the project: made by `reversal pretrain` (docs/demo-study.md).
public enum EmbeddedModel {
  /// A folder in the Hugging Face layout.
  ///
  /// - Throws: `InputError` where the program was moved away from its resources.
  public static var folder: URL {
    get throws {
      #if os(macOS)
        let folder = Bundle.module.bundleURL.appending(path: "M0")
      #else
        // Not `Bundle.module`, which ends the program where the resources are missing.
        let folder = Bundle.main.bundleURL.appending(path: "reversal_Engines.resources").appending(path: "M0")
      #endif
      guard FileManager.default.fileExists(atPath: folder.path) else {
        throw InputError(
          file: folder.path, "the embedded model is missing; keep the program's resources folder beside the program")
      }
      return folder
    }
  }
}
