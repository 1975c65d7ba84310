import Foundation

/// One number or word of `audit.json` as a row of a long table.
public struct AuditRecord: Sendable, Hashable {
  public enum Value: Sendable, Hashable {
    case estimate(Estimate)
    /// A count, a share of resamples, a p-value: what has no interval of its own.
    case number(Double)
    case text(String)
    /// null in `audit.json`.
    case undefined
  }

  /// The keys that lead to it in `audit.json`, joined by dots: `pass_at_1.delta`, `measures.entropy.token_entropy`.
  public let measure: String
  /// Nil for what is said of the whole audit.
  public let iteration: Int?
  public let k: Int?
  public let tau: Double?
  public let decoding: String?
  public let stratum: String?
  /// The group, bin, axis, measure or filter that it is of.
  public let part: String?
  public let value: Value
}

extension AuditResult {
  /// Everything in `audit.json`, a row each, in its order: what is added there is here without another word.
  public func records() throws -> [AuditRecord] {
    let value = try JSONDecoder().decode(AuditJSON.self, from: Data(json().utf8))
    var flattening = AuditFlattening()
    flattening.visit(value, path: [], place: .init())
    return flattening.records
  }
}

/// Walks over `audit.json`: keys that say what an object is of become columns, all others rows.
private struct AuditFlattening {
  /// What the objects around a value say that it is of.
  struct Place {
    var iteration: Int?
    var k: Int?
    var tau: Double?
    var decoding: String?
    var stratum: String?
    var part: String?
  }

  var records: [AuditRecord] = []
  private static let estimateKeys: Set = ["estimate", "low", "high", "n"]
  private static let partKeys = ["group", "bin", "axis", "measure", "name"]

  mutating func visit(_ value: AuditJSON, path: [String], place: Place) {
    switch value {
    case .null: add(path, place, .undefined)
    case .bool(let value): add(path, place, .text(value ? "true" : "false"))
    case .number(let value): add(path, place, .number(value))
    case .text(let value): add(path, place, .text(value))
    case .list(let values): for value in values { visit(value, path: path, place: place) }
    case .object(let fields): visit(fields, path: path, place: place)
    }
  }

  private mutating func visit(_ fields: [String: AuditJSON], path: [String], place: Place) {
    if let estimate = Self.estimate(fields) { return add(path, place, .estimate(estimate)) }
    // A number of samples, or that there is none up to the largest compared.
    if Set(fields.keys) == ["k", "beyond"] {
      if case .number(let k)? = fields["k"] { return add(path, place, .number(k)) }
      if case .number(let k)? = fields["beyond"], let k = Int(exactly: k) {
        return add(path, place, .text("none up to \(k)"))
      }
    }
    var place = place
    var rest = fields
    func whole(_ key: String) -> Int? {
      guard case .number(let value)? = fields[key] else { return nil }
      rest[key] = nil
      return Int(exactly: value)
    }
    func word(_ key: String) -> String? {
      guard case .text(let value)? = fields[key] else { return nil }
      rest[key] = nil
      return value
    }
    place.iteration = whole("iteration") ?? place.iteration
    place.k = whole("k") ?? place.k
    if case .number(let tau)? = fields["tau"] {
      place.tau = tau
      rest["tau"] = nil
    }
    place.decoding = word("decoding") ?? place.decoding
    place.stratum = word("stratum") ?? place.stratum
    for key in Self.partKeys { place.part = word(key) ?? place.part }
    if case .bool(let isOutOfDistribution)? = fields["out_of_distribution"] {
      place.part = isOutOfDistribution ? "out of distribution" : place.part
      rest["out_of_distribution"] = nil
    }
    for (key, value) in rest.sorted(by: { $0.key < $1.key }) {
      // `{"k": 4, "estimate": E}` is the estimate of what the list is called.
      visit(value, path: key == "estimate" ? path : path + [key], place: place)
    }
  }

  private static func estimate(_ fields: [String: AuditJSON]) -> Estimate? {
    guard Set(fields.keys) == estimateKeys, case .number(let estimate)? = fields["estimate"],
      case .number(let low)? = fields["low"], case .number(let high)? = fields["high"],
      case .number(let count)? = fields["n"], let n = Int(exactly: count)
    else { return nil }
    return Estimate(estimate: estimate, low: low, high: high, n: n)
  }

  private mutating func add(_ path: [String], _ place: Place, _ value: AuditRecord.Value) {
    records.append(
      AuditRecord(
        measure: path.joined(separator: "."), iteration: place.iteration, k: place.k, tau: place.tau,
        decoding: place.decoding, stratum: place.stratum, part: place.part, value: value))
  }
}
