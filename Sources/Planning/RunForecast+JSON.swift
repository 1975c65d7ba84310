import Core
import Foundation

extension RunForecast {
  /// One line of JSON, keys in snake case and in order.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: JSONControls.escaped(try encoder.encode(self)), as: UTF8.self)
  }
}
