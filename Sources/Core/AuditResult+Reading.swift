import Foundation

extension AuditResult {
  /// Reads the content of an `audit.json`, of this version or an earlier one.
  ///
  /// - Parameter file: Its name, for the message.
  /// - Throws: `InputError` for what no audit writes: another shape, numbers out of all bounds.
  public static func read(_ content: Data, file: String) throws -> AuditResult {
    func refuse(_ what: String) -> InputError {
      InputError(
        file: file, "\(what); give an audit.json as `reversal audit --json` writes it, or the folder of a run")
    }
    do {
      if let flaw = flaw(in: try JSONDecoder().decode(AuditJSON.self, from: content), key: "") { throw refuse(flaw) }
      return try JSONDecoder().decode(AuditResult.self, from: content)
    } catch let error as DecodingError {
      throw refuse(describe(error))
    }
  }

  /// Numbers that a report could neither draw nor count with. No measure comes near these bounds.
  private static func flaw(in value: AuditJSON, key: String) -> String? {
    switch value {
    case .null, .bool, .text: return nil
    case .number(let number):
      let bounds: ClosedRange<Double> =
        switch key {
        case "iteration", "iterations": 1...100_000
        case "k", "beyond", "largest_k": 0...1e9
        default: -1e12...1e12
        }
      return bounds.contains(number) ? nil : "'\(key)' is \(number)"
    case .list(let values):
      if key == "iterations", values.count > 1_000 { return "it has \(values.count) iterations" }
      for value in values { if let flaw = flaw(in: value, key: key) { return flaw } }
      return nil
    case .object(let fields):
      for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
        if let flaw = flaw(in: value, key: key) { return flaw }
      }
      return nil
    }
  }

  private static func describe(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context): return "is no audit: '\(place(context.codingPath + [key]))' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "is no audit: '\(place(context.codingPath))' is of another type"
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      return "is no audit: '\(place(context.codingPath))' holds what no audit writes"
    default: return "is no JSON"
    }
  }
}
