import Core
import Foundation
import Sandbox

/// A user's own questions, judged in one of the known ways: `custom:numeric`, `custom:choice`, ….
public struct CustomTask: BenchmarkTask {
  /// Names begin with this.
  public static let prefix = "custom:"

  public let kind: VerifierKind
  public let version = 2
  private let fields: FieldNames
  private let programs: ProgramJudge

  public var name: String { Self.prefix + kind.rawValue }
  public var verifier: any Verifier { kind.verifier(programs: programs) }

  public init(_ kind: VerifierKind, fields: FieldNames, programs: ProgramJudge) {
    self.kind = kind
    self.fields = fields
    self.programs = programs
  }

  /// Rows with the fields that `fields` names; `question` and `reference` are required, `id` is
  /// `custom/<file stem>/<0-based line>` where there is none. Questions with choices are asked with them.
  public func loadProblems(from file: URL, split: DataSplit?) throws -> [Problem] {
    try ProblemFile(file: file, task: name).read(JSONValue.self) { row, place in
      func value(_ field: String) -> JSONValue? { row.value(at: fields[field]) }
      func required(_ field: String) throws -> String {
        guard let text = value(field)?.text else {
          throw InputError("the field '\(fields[field])' is missing or no text; add it, or name another one")
        }
        return text
      }
      let material = try material(value)
      let question = try required("question")
      return Problem(
        id: ProblemID(value("id")?.text ?? "custom/\(place.stem)/\(place.index)"), task: name,
        question: material.choices.isEmpty ? question : CommonsenseQATask.question(question, material.choices),
        reference: try required("reference"), group: try group(value("group")), material: material)
    }
  }

  private func material(_ value: (String) -> JSONValue?) throws -> Problem.Material {
    let known = ["choices", "tests", "setup"].compactMap { field in value(field).map { (field, $0) } }
    let row = JSONValue.object(Dictionary(uniqueKeysWithValues: known))
    do {
      return try JSONDecoder().decode(Problem.Material.self, from: Data(try JSONLines.line(row).utf8))
    } catch let error as DecodingError {
      throw InputError(JSONLines.explanation(of: error))
    }
  }

  /// A text, or a whole number that reads as `Level n`.
  private func group(_ value: JSONValue?) throws -> String? {
    switch value {
    case nil, .null?: return nil
    case .text(let text)?: return text
    case .number(let number)?:
      guard let level = Int(exactly: number) else { break }
      return "Level \(level)"
    default: break
    }
    throw InputError("the field '\(fields["group"])' is neither a text nor a whole number; change it")
  }
}
