import Core
import Foundation

/// The folder that holds the official files of the benchmarks, a folder for each data set.
public struct DataFolder: Sendable {
  public let url: URL
  /// No official file is larger.
  public let byteLimit: Int

  public init(_ url: URL, byteLimit: Int = 256 << 20) {
    self.url = url
    self.byteLimit = byteLimit
  }

  /// `$REVERSAL_DATA`, otherwise `~/.local/share/reversal/data`.
  public static func standard(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> DataFolder {
    if let path = environment["REVERSAL_DATA"], !path.isEmpty { return DataFolder(URL(filePath: path)) }
    let home = environment["HOME"].map { URL(filePath: $0) } ?? FileManager.default.homeDirectoryForCurrentUser
    return DataFolder(home.appending(path: ".local/share/reversal/data"))
  }

  public func location(of file: DataFile, in dataSet: DataSet) -> URL {
    url.appending(path: dataSet.folder).appending(path: file.name)
  }

  public func contains(_ file: DataFile, in dataSet: DataSet) -> Bool {
    FileManager.default.fileExists(atPath: location(of: file, in: dataSet).path)
  }

  /// The problems of a split.
  ///
  /// - Throws: `InputError` where the task has no such split, or a file of it is not here.
  public func problems(of task: any BenchmarkTask, split: DataSplit) throws -> [Problem] {
    guard let dataSet = task.dataSet else {
      throw InputError("the task '\(task.name)' has no official files; give a file of your own")
    }
    let files = dataSet.files.filter { $0.count(of: split) != nil }
    guard !files.isEmpty else {
      let known = dataSet.splits.map(\.split.rawValue).joined(separator: ", ")
      throw InputError("the task '\(task.name)' has no split '\(split.rawValue)'; it has \(known)")
    }
    return try files.flatMap { file in
      guard contains(file, in: dataSet) else {
        throw InputError(
          file: location(of: file, in: dataSet).path,
          "is not there; get it with `reversal data \(file.address == nil ? "add" : "fetch") \(task.name)`")
      }
      return try task.loadProblems(from: location(of: file, in: dataSet), split: split)
    }
  }
}
