import Foundation

/// A model at one iteration: a folder in the Hugging Face layout, complete or absent.
public struct Checkpoint: Codable, Sendable, Hashable {
  /// t of M_t; 0 is the foundation model.
  public let iteration: Int
  public let folder: URL

  public init(iteration: Int, folder: URL) {
    self.iteration = iteration
    self.folder = folder
  }
}
