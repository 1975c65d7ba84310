import Foundation

extension Data {
  /// A file of a model folder, read whole.
  ///
  /// - Parameter limit: Bytes that such a file may have; a larger one is refused before memory is taken for it.
  /// - Throws: `ModelError` naming the file and why it cannot be read.
  init(contentsOfModelFile file: URL, atMost limit: Int = 1 << 30) throws {
    let descriptor = try RegularFile.open(file)
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    let size = try RegularFile.size(descriptor, file.path)
    guard size <= limit else {
      throw ModelError(
        .badInput, file: file.path,
        "has \(size) bytes and may have \(limit); it is not what its name says, get it again")
    }
    do {
      self = try handle.read(upToCount: size) ?? Data()
    } catch {
      throw ModelError(.badInput, file: file.path, "cannot be read: \(error.localizedDescription); get it again")
    }
  }
}

extension JSONObject {
  /// `config.json` or `generation_config.json`. The largest known have some 100 kB (names of classes).
  init(contentsOfConfiguration url: URL) throws {
    try self.init(try Data(contentsOfModelFile: url, atMost: 1 << 20), file: url.path)
  }
}
