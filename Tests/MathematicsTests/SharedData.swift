import Foundation

/// Public data sets beside the package, which some tests use where they are present: the folder named by the
/// environment variable `REVERSAL_SHARED`, or `../shared`.
enum SharedData {
  static let folder: URL =
    ProcessInfo.processInfo.environment["REVERSAL_SHARED"].map { URL(filePath: $0) }
    ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared")

  static func file(_ path: String) -> URL { folder.appending(path: path) }

  static func contains(_ path: String) -> Bool { FileManager.default.fileExists(atPath: file(path).path) }
}
