import Foundation

/// The files that fuzzing begins with, and what it found.
package enum Corpus {
  /// Bundled with the code, so that the driver and the tests find the same.
  static var folder: URL { Bundle.module.bundleURL.appending(path: "Corpus") }

  /// The files of a target by name. Those that fuzzing found begin with `found-`; all others are valid.
  package static func files(of target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
    let folder = folder.appending(path: target.name)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    return try names.map { ($0, Array(try Data(contentsOf: folder.appending(path: $0)))) }
  }

  /// The words of the dictionary of a target, a file in libFuzzer's notation: a word in quotation marks on each line, with
  /// `\"`, `\\` and `\xAB`.
  package static func words(of target: FuzzTarget) throws -> [[UInt8]] {
    let file = folder.appending(path: "dictionaries/\(target.dictionaryName).dict")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
      var rest = Array(line.utf8.dropFirst().dropLast())[...]
      var word: [UInt8] = []
      while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "\\"), let next = rest.popFirst() else {
          word.append(byte)
          continue
        }
        if next == UInt8(ascii: "x"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
          word.append(value)
          rest = rest.dropFirst(2)
        } else {
          word.append(next)
        }
      }
      return word
    }
  }
}
