import Core
import Foundation

/// The base model M_0 that ships with the project: made by `reversal pretrain` (docs/demo-study.md).
public enum EmbeddedModel {
  /// A folder in the Hugging Face layout.
  ///
  /// - Throws: `InputError` where the program was moved away from its resources.
  public static var folder: URL {
    get throws {
      guard let folder = Bundle.module.url(forResource: "M0", withExtension: nil) else {
        throw InputError(
          "the embedded model M0 is missing beside the program; keep reversal_Engines.resources in the program's folder"
        )
      }
      return folder
    }
  }
}
