import Core
import Foundation

/// The bytes of a file or of standard input, in order.
struct ByteSource {
  /// What messages call it.
  let name: String
  /// Bytes that may still come; nil for a pipe.
  private(set) var size: Int?
  private var content: Content

  private enum Content {
    case handle(FileHandle)
    case data(Data)
  }

  /// - Parameter path: `-` is standard input.
  /// - Throws: `InputError` for what cannot be opened.
  init(_ path: String) throws {
    guard path != "-" else {
      name = "standard input"
      content = .handle(.standardInput)
      return
    }
    let file = URL(filePath: path)
    name = file.path
    do {
      let values = try file.resourceValues(forKeys: [.isRegularFileKey, .isDirectoryKey, .fileSizeKey])
      guard values.isDirectory != true else {
        throw InputError(file: name, "is a folder; name the files in it, each with its iteration")
      }
      if values.isRegularFile == true { size = values.fileSize }
      content = .handle(try FileHandle(forReadingFrom: file))
    } catch let error as InputError {
      throw error
    } catch {
      throw InputError(
        file: name, "cannot be read: \(JSONLines.reason(error)); check the path and its permissions")
    }
  }

  /// Bytes that are in memory already.
  init(_ data: Data, name: String) {
    self.name = name
    size = data.count
    content = .data(data)
  }

  /// Whether the same bytes can be had once more by opening the path again.
  var isRepeatable: Bool { size != nil }

  /// At most `count` bytes, fewer only at the end.
  ///
  /// - Throws: `InputError` where reading fails.
  mutating func read(_ count: Int) throws -> Data {
    switch content {
    case .data(let data):
      content = .data(data.dropFirst(count))
      return data.prefix(count)
    case .handle(let handle):
      do {
        return try handle.read(upToCount: count) ?? Data()
      } catch {
        throw InputError(file: name, "cannot be read: \(JSONLines.reason(error)); check the path and its permissions")
      }
    }
  }

  /// All bytes that are left, where they are at most `limit`.
  ///
  /// - Throws: `InputError` where there are more.
  mutating func readAll(limit: Int) throws -> Data {
    var data = Data()
    while true {
      let part = try read(1 << 20)
      guard !part.isEmpty else { return data }
      data += part
      guard data.count <= limit else {
        throw InputError(file: name, "holds more than \(limit >> 20) MiB; split it into smaller files")
      }
    }
  }
}
