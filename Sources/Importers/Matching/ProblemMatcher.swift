import Core
import Foundation

/// Finds the problem that a row of some other tool means.
package struct ProblemMatcher: Sendable {
  private let byID: [String: Int]
  /// By the id in lower case, whole or from after one of its `/` on; nil where several problems have it.
  private let byShortName: [String: Int?]
  /// By the question without blanks around it; nil where several problems ask it.
  private let byQuestion: [Substring: Int?]

  package init(_ problems: [Problem]) {
    var byID: [String: Int] = [:]
    var byShortName: [String: Int?] = [:]
    var byQuestion: [Substring: Int?] = [:]
    func add<Key>(_ key: Key, _ position: Int, to table: inout [Key: Int?]) {
      if let earlier = table[key], earlier != position { table[key] = .some(nil) } else { table[key] = position }
    }
    for (position, problem) in problems.enumerated() {
      let id = problem.id.rawValue
      byID[id] = position
      var name = id.lowercased()[...]
      add(String(name), position, to: &byShortName)
      // An id of slashes only must not fill the table.
      for _ in 0..<8 {
        guard let slash = name.firstIndex(of: "/") else { break }
        name = name[name.index(after: slash)...]
        add(String(name), position, to: &byShortName)
      }
      add(Self.trimmed(problem.question), position, to: &byQuestion)
    }
    self.byID = byID
    self.byShortName = byShortName
    self.byQuestion = byQuestion
  }

  /// By the exact id.
  func position(id: String) -> Int? { byID[id] }

  /// By the id as other tools write it: in upper case (`Mbpp/2`, `HumanEval/0`), or without what stands before a `/`.
  func position(foreignID id: String) -> Int? { byID[id] ?? byShortName[id.lowercased()] ?? nil }

  /// By the question, which must be that of one problem only.
  func position(question: String) -> Int? { byQuestion[Self.trimmed(question)] ?? nil }

  private static func trimmed(_ text: String) -> Substring {
    let start = text.firstIndex { !$0.isWhitespace } ?? text.endIndex
    let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? start
    return text[start..<end]
  }
}
