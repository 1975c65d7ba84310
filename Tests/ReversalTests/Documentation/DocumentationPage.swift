import Foundation

/// A page of the documentation as its reader works through it.
///
/// Fences say what becomes of a block: `sh` is run, `console` too, and of what it shows each line without `…` must come out;
/// `sh no-test: REASON` is not run. Anything else is no block of commands.
struct DocumentationPage: Sendable, CustomStringConvertible {
  struct Block: Sendable {
    enum Kind: Sendable, Equatable {
      case run
      /// With the lines that the page shows as output.
      case console(output: [String])
      case notRun(reason: String)
      case other(language: String)
    }

    let kind: Kind
    /// 1-based, of the fence.
    let line: Int
    let text: String
  }

  /// From the repository's root.
  let path: String
  let blocks: [Block]
  /// The code spans of the prose.
  let spans: [(line: Int, text: String)]

  var description: String { path }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL

  /// The README and everything below `docs`.
  static let all: [DocumentationPage] = {
    let docs = root.appending(path: "docs")
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: docs.path)) ?? []
    return (["README.md"] + names.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }).compactMap { path in
      (try? String(contentsOf: root.appending(path: path), encoding: .utf8)).map { DocumentationPage(path, $0) }
    }
  }()

  init(_ path: String, _ text: String) {
    self.path = path
    var blocks: [Block] = []
    var spans: [(Int, String)] = []
    var open: (info: String, line: Int, lines: [String])?
    for (index, line) in text.components(separatedBy: "\n").enumerated() {
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append(Self.block(block.info, block.line, block.lines))
          open = nil
        } else {
          open = (String(line.dropFirst(3)).trimmingCharacters(in: .whitespaces), index + 1, [])
        }
      } else if open != nil {
        open?.lines.append(line)
      } else {
        let parts = line.components(separatedBy: "`")
        for (place, part) in parts.enumerated() where place % 2 == 1 && place + 1 < parts.count {
          spans.append((index + 1, part))
        }
      }
    }
    self.blocks = blocks
    self.spans = spans
  }

  private static func block(_ info: String, _ line: Int, _ lines: [String]) -> Block {
    let text = lines.joined(separator: "\n")
    if info == "sh" { return Block(kind: .run, line: line, text: text) }
    if info.hasPrefix("sh no-test") {
      let reason = info.dropFirst("sh no-test".count).drop { ": ".contains($0) }
      return Block(kind: .notRun(reason: String(reason)), line: line, text: text)
    }
    guard info == "console" else { return Block(kind: .other(language: info), line: line, text: text) }
    var commands: [String] = []
    var output: [String] = []
    var continues = false
    for line in lines {
      if continues || line.hasPrefix("$ ") {
        commands.append(continues ? line : String(line.dropFirst(2)))
        continues = line.hasSuffix("\\")
      } else {
        output.append(line)
      }
    }
    return Block(kind: .console(output: output), line: line, text: commands.joined(separator: "\n"))
  }

  /// Commands of this program in a text, continued lines joined; comments are left out.
  static func commands(in text: String) -> [[String]] {
    text.replacing("\\\n", with: " ").components(separatedBy: "\n").flatMap { line in
      line.components(separatedBy: "|").flatMap { $0.components(separatedBy: "&&") }
    }.compactMap { part in
      let words = part.split(separator: "#").first.map { $0.split(whereSeparator: { " ;()".contains($0) }) } ?? []
      guard let start = words.firstIndex(where: { $0 == "reversal" || $0.hasSuffix("/reversal") }), start <= 3,
        words.count > start + 1
      else { return nil }
      return words[(start + 1)...].map(String.init)
    }
  }
}
