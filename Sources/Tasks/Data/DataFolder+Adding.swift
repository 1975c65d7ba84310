import Core
import Crypto
import Digests
import Downloads
import Foundation
import Storage

extension DataFolder {
  /// A file that is now in the folder.
  public struct Addition: Codable, Sendable, Hashable {
    public let file: String
    public let problemCount: Int
    public let sha256: String
    /// Whether the bytes are the known ones; nil where those are not known.
    public let isKnown: Bool?

    private enum CodingKeys: String, CodingKey {
      case file, sha256
      case problemCount = "problem_count"
      case isKnown = "is_known"
    }
  }

  /// Copies official files into the folder, all of them or none.
  ///
  /// - Parameter sources: Files, or folders that are searched for files with known names.
  /// - Throws: `InputError` naming the file that is none of the task's, is damaged or incomplete, or cannot be copied.
  public func add(_ sources: [URL], to task: any BenchmarkTask) throws -> [Addition] {
    guard let dataSet = task.dataSet else {
      throw InputError("the task '\(task.name)' has no official files; name your own where they are read")
    }
    let found = try sources.flatMap { try files(at: $0, of: dataSet) }
    guard !found.isEmpty else {
      throw InputError(
        file: sources.first?.path, "holds no file of '\(task.name)'; it has \(Self.names(of: dataSet))")
    }
    var seen: Set<String> = []
    for (source, file) in found where !seen.insert(file.name).inserted {
      throw InputError(file: source.path, "is another \(file.name); give each file once")
    }
    let checked = try found.map { try check($0.source, as: $0.file, of: task) }
    let drafts = try zip(found, checked).map { entry, content in
      try draft(content.bytes, of: entry.file, in: dataSet)
    }
    for (draft, entry) in zip(drafts, found) { try install(draft, as: entry.file, in: dataSet) }
    return checked.map(\.addition)
  }

  private static func names(of dataSet: DataSet) -> String {
    dataSet.files.map { ([$0.name] + $0.aliases).joined(separator: " or ") }.joined(separator: ", ")
  }

  private func files(at source: URL, of dataSet: DataSet) throws -> [(source: URL, file: DataFile)] {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: source.path, isDirectory: &isFolder) else {
      throw InputError(file: source.path, "no such file or folder; check the path")
    }
    func file(named name: String) -> DataFile? { dataSet.files.first { $0.name == name || $0.aliases.contains(name) } }
    if isFolder.boolValue {
      return dataSet.files.compactMap { file in
        ([file.name] + file.aliases).map { source.appending(path: $0) }
          .first { FileManager.default.fileExists(atPath: $0.path) }.map { ($0, file) }
      }
    }
    if let file = file(named: source.lastPathComponent) { return [(source, file)] }
    // The known bytes under another name.
    let digest = SHA256.hexadecimal(of: try contents(of: source))
    guard let file = dataSet.files.first(where: { $0.sha256 == digest }) else {
      throw InputError(
        file: source.path, "is none of its files by name or by checksum; name it as one of \(Self.names(of: dataSet))")
    }
    return [(source, file)]
  }

  private func contents(of file: URL) throws -> Data {
    let data = try JSONLines.contents(of: file)
    guard data.count <= byteLimit else {
      throw InputError(
        file: file.path, "has more than \(byteLimit) bytes; no file of a known benchmark is so large")
    }
    return data
  }

  /// Reads every row of a file and compares its count with the official one.
  func check(
    _ source: URL, as file: DataFile, of task: any BenchmarkTask
  ) throws -> (bytes: Data, addition: Addition) {
    let bytes = try contents(of: source)
    let count = try task.loadProblems(from: source, split: nil).count
    guard count == file.problemCount else {
      throw InputError(
        file: source.path,
        "holds \(count) problems of '\(task.name)' and the official \(file.name) \(file.problemCount); get the whole file"
      )
    }
    let digest = SHA256.hexadecimal(of: bytes)
    return (
      bytes,
      Addition(
        file: file.name, problemCount: count, sha256: digest, isKnown: file.sha256.map { $0 == digest })
    )
  }

  /// Writes the bytes beside where they will stand.
  private func draft(_ bytes: Data, of file: DataFile, in dataSet: DataSet) throws -> URL {
    let draft = draftLocation(of: file, in: dataSet)
    do {
      try NewFolder.createPath(to: draft.deletingLastPathComponent())
      try DurableFile.store(bytes, at: draft)
    } catch {
      // A draft that cannot be removed is overwritten the next time.
      try? FileManager.default.removeItem(at: draft)
      throw InputError(file: draft.path, "cannot be written; check the folder's permissions and free space")
    }
    return draft
  }

  func draftLocation(of file: DataFile, in dataSet: DataSet) -> URL {
    url.appending(path: dataSet.folder).appending(path: ".\(file.name).partial")
  }

  /// Puts a draft that is on the disk in its place at one stroke, and waits until the disk knows.
  func install(_ draft: URL, as file: DataFile, in dataSet: DataSet) throws {
    let target = location(of: file, in: dataSet)
    guard unsafe rename(draft.path, target.path) == 0 else {
      throw InputError(file: target.path, "cannot be put in its place; check the folder's permissions")
    }
    try DurableFile.synchronize(target.deletingLastPathComponent())
  }
}
