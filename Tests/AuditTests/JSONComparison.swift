import Foundation
import Testing

/// Whether an audit holds the values of a reference.
enum JSONComparison {
  typealias JSON = [String: Any]

  /// What stands in `expected` stands in `actual`, numbers to 1e-9; `actual` may hold more keys.
  static func check(_ expected: Any, _ actual: Any, at path: String) {
    switch (expected, actual) {
    case (let expected as JSON, let actual as JSON):
      for (key, value) in expected {
        guard let other = actual[key] else {
          Issue.record("\(path).\(key) is missing")
          continue
        }
        check(value, other, at: "\(path).\(key)")
      }
    case (let expected as [Any], let actual as [Any]):
      #expect(expected.count == actual.count, "\(path)")
      for (index, pair) in zip(expected, actual).enumerated() { check(pair.0, pair.1, at: "\(path)[\(index)]") }
    case (let expected as NSNumber, let actual as NSNumber):
      #expect(abs(expected.doubleValue - actual.doubleValue) < 1e-9, "\(path)")
    case (let expected as String, let actual as String): #expect(expected == actual, "\(path)")
    case (is NSNull, is NSNull): break
    default: Issue.record("\(path): \(actual) where \(expected) was expected")
    }
  }
}
