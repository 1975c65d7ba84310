import Core
import Foundation

/// Simple word problems in four parts (Koncel-Kedziorski et al. 2016, NAACL N16-1136), as PAL prepared them.
public struct MAWPSTask: BenchmarkTask {
  public let name = "mawps"
  public let version = 1
  /// Some references are rounded: 0.6666666667.
  public var verifier: any Verifier { NumericVerifier(equality: .rounded) }

  public init() {}

  public var dataSet: DataSet? {
    func file(_ name: String, _ count: Int, _ sha256: String) -> DataFile {
      DataFile(
        "\(name).jsonl", aliases: ["mawps\(name).jsonl"], parts: [.init(.test, count)], sha256: sha256,
        address: "https://raw.githubusercontent.com/reasoning-machines/pal/main/datasets/mawps\(name).jsonl")
    }
    return DataSet(
      folder: "mawps", home: "https://github.com/sroy9/mawps", licence: "Apache-2.0 (of PAL; its authors state none)",
      files: [
        file("addsub", 395, "2fae2c92530cdf1ac0487db9a90e68d6af84049d755c07c4486411c1d7f43e75"),
        file("multiarith", 600, "12e8295088364af21fb6591dbdbd1dda452aade57227f63d725677471ded2951"),
        file("singleeq", 508, "07bec92bae226dd5231a966e907a0f097ba3170a1557c73ceeb135caad8d09f8"),
        file("singleop", 562, "feb012e7ed5503cdb96fd127d539692b033000e9134655acaf4f4e0091328e94"),
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
