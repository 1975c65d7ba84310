import Core
import Foundation

/// The test questions of GSM8K with larger numbers (Gao et al. 2022, "PAL", arXiv 2211.10435).
public struct GSMHardTask: BenchmarkTask {
  public let name = "gsm-hard"
  public let version = 1
  /// The references were computed in floating point: 3244047.0999999996.
  public var verifier: any Verifier { NumericVerifier(equality: .rounded) }

  public init() {}

  public var dataSet: DataSet? {
    DataSet(
      folder: "gsm_hard", home: "https://github.com/reasoning-machines/pal", licence: "Apache-2.0",
      note: "Some of its references are negative or fractional where the question allows neither.",
      files: [
        DataFile(
          "test.jsonl", aliases: ["gsmhardv2.jsonl"], parts: [.init(.test, 1_319)],
          sha256: "2032b0188a49ac0ec38cbe1e695e7d62d6dddc44bbb64f920728aca710e9ddef",
          address: "https://raw.githubusercontent.com/reasoning-machines/pal/main/datasets/gsmhardv2.jsonl")
      ])
  }

  public func loadProblems(from file: URL, split: DataSplit?) throws -> [Problem] {
    try ProblemFile(file: file, task: name).read(InputTargetRow.self) { row, place in
      Problem(
        id: ProblemID("\(name)/\(place.stem)/\(place.index)"), task: name, question: row.input,
        reference: row.target.text)
    }
  }
}
