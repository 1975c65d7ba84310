import Core

/// What the fields of a user's own rows are called. A dot leads into an object: `question.stem`.
public struct FieldNames: Codable, Sendable, Hashable {
  /// The names that a problem's fields can be given.
  public static let all = ["id", "question", "reference", "group", "choices", "tests", "setup"]

  private let names: [String: String]

  /// - Parameter names: Other names by those of `all`; a field without one goes by its own.
  /// - Throws: `InputError` for a field that problems do not have.
  public init(_ names: [String: String] = [:]) throws {
    for field in names.keys.sorted() where !Self.all.contains(field) {
      throw InputError("problems have no field '\(field)'; they have \(Self.all.joined(separator: ", "))")
    }
    self.names = names
  }

  public subscript(field: String) -> String { names[field] ?? field }
}
