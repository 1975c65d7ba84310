import Core

/// Which field of a row holds what, as the user names them: `completion=output,problem_id=idx`.
public struct FieldMap: Sendable, Hashable {
  /// What a field can be named for.
  enum Role: String, CaseIterable {
    case completion
    case problemID = "problem_id"
    case sampleIndex = "sample_index"
    case decoding, correct, extracted, question, reference, group, task
    case finishReason = "finish_reason"
    case tokenCount = "token_count"
    case logProbability = "log_probability"
    /// Not a field: how OpenAI's `custom_id` is written, as `request-{problem_id}-{sample_index}`.
    case customID = "custom_id"
  }

  private let paths: [Role: FieldPath]

  /// - Throws: `InputError` for what is not `name=field`, an unknown name, or a name given twice.
  public init(_ argument: String) throws {
    var paths: [Role: FieldPath] = [:]
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2 else {
        throw InputError("--fields \(argument): write name=field pairs, as in completion=output,problem_id=idx")
      }
      guard let role = Role(rawValue: sides[0]) else {
        throw InputError(
          "--fields knows no '\(sides[0])'; the names are \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      guard paths.updateValue(FieldPath(sides[1]), forKey: role) == nil else {
        throw InputError("--fields names '\(sides[0])' twice; give each once")
      }
    }
    self.paths = paths
  }

  subscript(role: Role) -> FieldPath? { paths[role] }

  /// Whether these fields are all that a format of its own needs.
  var describesRows: Bool { paths[.completion] != nil }

  /// The first role, in the order of their declaration, that is none of `roles`.
  func firstRole(besides roles: Set<Role>) -> Role? {
    Role.allCases.first { paths[$0] != nil && !roles.contains($0) }
  }
}
