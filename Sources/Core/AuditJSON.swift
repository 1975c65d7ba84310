/// JSON of any shape.
enum AuditJSON: Decodable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([AuditJSON])
  case object([String: AuditJSON])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // One of these types it is; that it is none of the earlier ones is no fault.
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([AuditJSON].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: AuditJSON].self))
    }
  }
}
