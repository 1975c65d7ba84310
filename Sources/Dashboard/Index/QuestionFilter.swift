import Core
import Foundation
import RunStore

/// Which questions are shown and in which order: all of it stands in the address of a page.
struct QuestionFilter: Sendable, Hashable {
  /// Against M_1, at M_t.
  enum Group: String, Sendable, CaseIterable {
    /// IS(t): M_1 fails it greedily and M_t solves it.
    case improved
    /// M_1 solves it greedily and M_t fails it.
    case lost
    /// No model has given a correct answer, greedily or sampled.
    case unsolved

    func label(_ t: Int?) -> String {
      switch self {
      case .improved: t.map { "in IS(\($0)): solved since M\u{2081}" } ?? "solved since M\u{2081}"
      case .lost: t.map { "lost by M_\($0)" } ?? "lost since M\u{2081}"
      case .unsolved: "solved by none"
      }
    }
  }

  enum Order: String, Sendable, CaseIterable {
    case data, rise, fall, narrowing, hardest

    var label: String {
      switch self {
      case .data: "order of the data"
      case .rise: "largest rise"
      case .fall: "largest fall"
      case .narrowing: "most narrowed answers"
      case .hardest: "fewest correct samples"
      }
    }
  }

  var split: Split = .test
  var task: String?
  var level: String?
  var group: Group?
  /// t; the last model that answered where nil.
  var iteration: Int?
  var verdict: Verdict.Outcome?
  var search = ""
  var order: Order = .data
  /// From 1.
  var page = 1

  static let pageSize = 40

  init() {}

  /// - Throws: `PageError` for a value that is none of its kind.
  init(_ query: QueryItems) throws {
    func value<Value>(_ name: String, _ read: (String) -> Value?) throws -> Value? {
      guard let text = query[name], !text.isEmpty else { return nil }
      guard let value = read(text) else { throw PageError.badRequest("'\(name)' cannot be '\(text.prefix(40))'") }
      return value
    }
    split = try value("split", Split.init(rawValue:)) ?? .test
    task = try value("task") { $0 }
    level = try value("level") { $0 }
    group = try value("set", Group.init(rawValue:))
    iteration = try value("t") { Int($0).flatMap { (1...Int(UInt16.max)).contains($0) ? $0 : nil } }
    verdict = try value("verdict", Verdict.Outcome.init(rawValue:))
    search = String((query["q"] ?? "").prefix(400))
    order = try value("sort", Order.init(rawValue:)) ?? .data
    page = try value("page") { Int($0).flatMap { (1...10_000_000).contains($0) ? $0 : nil } } ?? 1
  }

  /// What differs from the plain list, in a fixed order.
  var query: QueryItems {
    var items = QueryItems()
    items["split"] = split == .test ? nil : split.rawValue
    items["task"] = task
    items["level"] = level
    items["set"] = group?.rawValue
    items["t"] = iteration.map(String.init)
    items["verdict"] = verdict?.rawValue
    items["q"] = search.isEmpty ? nil : search
    items["sort"] = order == .data ? nil : order.rawValue
    items["page"] = page == 1 ? nil : String(page)
    return items
  }

  func onPage(_ page: Int) -> QuestionFilter {
    var copy = self
    copy.page = page
    return copy
  }
}
