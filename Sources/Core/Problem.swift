/// The name of a problem, unique within its data set.
public struct ProblemID: RawRepresentable, Hashable, Comparable, Sendable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(_ rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }

  public var description: String { rawValue }

  public static func < (left: ProblemID, right: ProblemID) -> Bool { left.rawValue < right.rawValue }
}

extension ProblemID: Codable {
  /// Reads a string, or an integer as other tools write it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {  // Not a string: it may still be an integer.
      rawValue = text
    } else {
      rawValue = String(try container.decode(Int.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

/// One question with what decides whether an answer to it is right.
public struct Problem: Sendable, Hashable {
  public let id: ProblemID
  /// The task whose verifier judges answers: `gsm8k`, `csqa`, …
  public let task: String
  /// All that is asked, the choices or tests that a model is shown included.
  public let question: String
  /// The bare answer, or the data set's whole worked answer.
  public let reference: String
  /// The difficulty group, as `Level 3`; nil where the data set has none.
  public let group: String?
  /// What judging needs besides the reference.
  public let material: Material

  public init(
    id: ProblemID, task: String, question: String, reference: String, group: String? = nil,
    material: Material = Material()
  ) {
    self.id = id
    self.task = task
    self.question = question
    self.reference = reference
    self.group = group
    self.material = material
  }
}

extension Problem: Codable {
  private enum CodingKeys: String, CodingKey { case id, task, question, reference, group }

  /// `group` may be a string or a whole number, which reads as `Level n`. The material's fields stand beside the others.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(ProblemID.self, forKey: .id)
    task = try container.decode(String.self, forKey: .task)
    question = try container.decode(String.self, forKey: .question)
    reference = try container.decode(String.self, forKey: .reference)
    if let level = try? container.decodeIfPresent(Int.self, forKey: .group) {  // A string is read below.
      group = "Level \(level)"
    } else {
      group = try container.decodeIfPresent(String.self, forKey: .group)
    }
    material = try Material(from: decoder)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(task, forKey: .task)
    try container.encode(question, forKey: .question)
    try container.encode(reference, forKey: .reference)
    try container.encodeIfPresent(group, forKey: .group)
    try material.encode(to: encoder)
  }
}
