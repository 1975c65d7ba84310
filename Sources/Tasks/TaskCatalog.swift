import Core
import Sandbox

/// The benchmarks by name.
public struct TaskCatalog: Sendable {
  /// Where programs are judged, by every task of the catalogue.
  private let programs: ProgramJudge

  /// - Parameter programs: in a sandbox unless told otherwise.
  public init(programs: ProgramJudge = ProgramJudge()) { self.programs = programs }

  /// In the order in which they are listed.
  public var tasks: [any BenchmarkTask] {
    [
      ArithmeticTask(), GSM8KTask(), MATHTask(.whole), MATHTask(.algebra), MATHTask(.fiveHundred), CommonsenseQATask(),
      MBPPTask(.full, programs: programs), MBPPTask(.sanitized, programs: programs), SVAMPTask(), MAWPSTask(),
      GSMHardTask(), HumanEvalTask(programs: programs),
    ]
  }

  /// What `task(named:)` takes.
  public var names: [String] { tasks.map(\.name) + VerifierKind.allCases.map { CustomTask.prefix + $0.rawValue } }

  /// The task of a name; `custom:numeric` and its kin judge a user's own questions.
  ///
  /// - Parameter fields: The names of the fields of a custom task's rows.
  /// - Throws: `InputError` that names the known tasks, and the nearest one where it is near.
  public func task(named name: String, fields: [String: String] = [:]) throws -> any BenchmarkTask {
    if name.hasPrefix(CustomTask.prefix),
      let kind = VerifierKind(rawValue: String(name.dropFirst(CustomTask.prefix.count)))
    {
      return CustomTask(kind, fields: try FieldNames(fields), programs: programs)
    }
    guard fields.isEmpty else { throw InputError("only a custom task has fields of other names; '\(name)' is none") }
    if let task = tasks.first(where: { $0.name == name }) { return task }
    let distances = names.map { (name: $0, distance: Self.editDistance(name.lowercased(), $0)) }
    let nearest = distances.min { $0.distance < $1.distance }
    let known = names.joined(separator: ", ")
    if let nearest, nearest.distance <= max(2, nearest.name.count / 3) {
      throw InputError("unknown task '\(name)'; did you mean '\(nearest.name)'? The known tasks are \(known)")
    }
    throw InputError("unknown task '\(name)'; the known tasks are \(known)")
  }

  /// Levenshtein distance in characters.
  private static func editDistance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    // No known name is longer; a name of megabytes need not be compared to its end.
    for (i, character) in left.prefix(100).enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let substitution = diagonal + (character == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
