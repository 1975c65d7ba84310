import Core
import Foundation

/// Competition mathematics in LaTeX (Hendrycks et al. 2021, arXiv 2103.03874), whole or a part of it.
public struct MATHTask: BenchmarkTask {
  public enum Part: Sendable, Hashable {
    case whole
    /// The subject Algebra: questions beyond GSM8K for models trained on it.
    case algebra
    /// The 500 test questions of Lightman et al. 2023, arXiv 2305.20050.
    case fiveHundred
  }

  public let part: Part
  public let version = 2
  public var verifier: any Verifier { MATHVerifier() }

  public var name: String {
    switch part {
    case .whole: "math"
    case .algebra: "math-algebra"
    case .fiveHundred: "math500"
    }
  }

  public init(_ part: Part = .whole) { self.part = part }

  public var dataSet: DataSet? {
    let rights =
      "Its authors' licence is MIT; the rights in its problems are disputed (a notice of January 2025 by the Art of "
      + "Problem Solving)."
    let home = "https://github.com/hendrycks/math"
    switch part {
    case .whole:
      return DataSet(
        folder: "math", home: home, licence: "MIT, disputed", note: rights,
        files: [
          DataFile("train.jsonl", parts: [.init(.train, 7_500)], damagedReferenceCount: 2),
          DataFile("test.jsonl", parts: [.init(.test, 5_000)]),
        ])
    case .algebra:
      return DataSet(
        folder: "math", home: home, licence: "MIT, disputed", note: rights,
        files: [
          DataFile("train.jsonl", parts: [.init(.train, 1_744)]), DataFile("test.jsonl", parts: [.init(.test, 1_187)]),
        ])
    case .fiveHundred:
      return DataSet(
        folder: "math500", home: "https://github.com/openai/prm800k", licence: "MIT, disputed", note: rights,
        files: [
          DataFile(
            "test.jsonl", parts: [.init(.test, 500)],
            sha256: "35dc41080a3680858b27fa7e0533d2d547825316fc5dafe5d316f4ccc5a06132",
            address: "https://raw.githubusercontent.com/ZubinGou/math-evaluation-harness/main/data/math_oai/test.jsonl")
        ])
    }
  }

  public func loadProblems(from file: URL, split: DataSplit?) throws -> [Problem] {
    try ProblemFile(file: file, task: name).read(Row.self) { row, place in
      guard part != .algebra || row.subject == "Algebra" else { return nil }
      let id = row.uniqueID.map { $0.hasSuffix(".json") ? String($0.dropLast(5)) : $0 }
      return Problem(
        id: ProblemID("math/\(id ?? "\(place.stem)/\(place.index)")"), task: name, question: row.problem,
        reference: row.solution, group: row.level)
    }
  }

  private struct Row: Decodable {
    let problem: String
    let solution: String
    let subject: String?
    /// `Level 3`; nil for `Level ?`.
    let level: String?
    let uniqueID: String?

    private enum CodingKeys: String, CodingKey {
      case problem, solution, subject, type, level
      case uniqueID = "unique_id"
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      problem = try container.decode(String.self, forKey: .problem)
      solution = try container.decode(String.self, forKey: .solution)
      subject = try container.decodeIfPresent(String.self, forKey: container.contains(.type) ? .type : .subject)
      uniqueID = try container.decodeIfPresent(String.self, forKey: .uniqueID)
      if let number = try? container.decodeIfPresent(Int.self, forKey: .level) {  // Not a number: it is a text.
        level = "Level \(number)"
      } else {
        level = try container.decodeIfPresent(String.self, forKey: .level).flatMap { $0.hasSuffix("?") ? nil : $0 }
      }
    }
  }
}
