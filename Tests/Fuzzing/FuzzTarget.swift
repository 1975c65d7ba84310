import Core
import Foundation
import LanguageModel

/// A reader of hostile input, and the contract that it keeps whatever it reads: it reads, or refuses in one line.
///
/// The table of targets is `all`. libFuzzer drives it (`make fuzz`), and so does a seeded `Mutator` where there is none and
/// in the tests.
package struct FuzzTarget: Sendable {
  /// Throws `Refusal` for input that is refused as it should be, `Breach` for what must not be.
  package typealias Check = @Sendable (_ input: [UInt8]) async throws -> Void

  /// As on the command line; `Corpus` has a folder of this name with valid files and with what was found.
  package let name: String
  /// Of `Corpus/dictionaries`.
  package let dictionaryName: String
  /// Processor time above which an input counts as a hang.
  package let timeLimit: Duration
  private let prepare: @Sendable (Scratch) throws -> Check

  init(
    _ name: String, dictionary: String, timeLimit: Duration = .seconds(2),
    prepare: @escaping @Sendable (Scratch) throws -> Check
  ) {
    self.name = name
    dictionaryName = dictionary
    self.timeLimit = timeLimit
    self.prepare = prepare
  }

  /// Input that was refused by an error that a user can read.
  package struct Refusal: Error { package let message: String }

  /// A promise that did not hold.
  package struct Breach: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
  }

  /// Makes the check, which has a folder of its own for the files that it needs.
  package func start() throws -> Check {
    let scratch = try Scratch()
    let check = try prepare(scratch)
    return { input in
      do {
        try await check(input)
      } catch let error as ModelError {
        throw try Self.refusal(error.description, scratch)
      } catch let error as InputError {
        throw try Self.refusal(error.description, scratch)
      }
    }
  }

  /// - Throws: `Breach` for a message that is not one short line, or could steer a terminal.
  private static func refusal(_ message: String, _ scratch: Scratch) throws -> Refusal {
    guard message.utf8.count < 5_000, !message.isEmpty else {
      throw Breach("a message of \(message.utf8.count) bytes: \(message.prefix(200))")
    }
    guard VisibleText.line(message) == message else {
      throw Breach("a message that can steer a terminal: \(message.debugDescription)")
    }
    return Refusal(message: message)
  }
}

extension FuzzTarget {
  package static let all = models + tokenizers + answers + samples + archives + reports

  package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }

  /// A folder for the files of one target, gone with it.
  final class Scratch: Sendable {
    let folder: URL

    init() throws {
      folder = FileManager.default.temporaryDirectory.appending(path: "reversal-fuzz-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    // What cannot be removed is the system's to clean.
    deinit { try? FileManager.default.removeItem(at: folder) }

    func file(_ name: String) -> URL { folder.appending(path: name) }

    /// A new file each time: ext4 waits for the disk when one is written over, which costs a hundred inputs.
    func write(_ name: String, _ bytes: [UInt8]) throws -> URL {
      let file = file(name)
      // The first time there is none.
      try? FileManager.default.removeItem(at: file)
      try Data(bytes).write(to: file)
      return file
    }

    /// Puts a file of the corpus here.
    func copy(_ place: String, as name: String) throws {
      try FileManager.default.copyItem(at: Corpus.folder.appending(path: place), to: file(name))
    }
  }
}
