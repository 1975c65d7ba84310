import Foundation
import Testing

/// Fixtures/intervals.json, which Tests/reference/intervals.py wrote with numpy and scipy.
struct ReferenceValues: Decodable {
  struct Binary: Decodable { let ones: Int, count: Int, low: Double, high: Double }
  struct Change: Decodable { let gained: Int, lost: Int, count: Int, low: Double, high: Double }
  struct Mean: Decodable {
    let values: [Double]
    let estimate: Double, low: Double, high: Double, acceleration: Double
  }
  struct Disparity: Decodable { let estimate: Double, low: Double, high: Double, acceleration: Double }
  struct Ratio: Decodable {
    let sums: [Double], counts: [Double]
    let estimate: Double, low: Double, high: Double
  }
  struct Levels: Decodable { let share: Double, acceleration: Double, low: Double, high: Double }
  struct NormalQuantile: Decodable { let probability: Double, z: Double }
  struct Student: Decodable { let t: Double, df: Double, tail: Double }
  struct StudentQuantile: Decodable { let probability: Double, df: Double, t: Double }
  struct Equivalence: Decodable { let differences: [Double], margin: Double, p: Double }
  struct Power: Decodable { let effect: Double, rate: Double, pairs: Int, alpha: Double, power: Double }
  struct Detectable: Decodable { let rate: Double, pairs: Int, alpha: Double, effect: Double? }
  struct MeanDetectable: Decodable { let sd: Double, count: Int, alpha: Double, effect: Double }
  struct Selection: Decodable { let outcomes: [[Double]], corrected: Double, standardError: Double }
  struct Holm: Decodable { let p: [Double], adjusted: [Double] }
  struct McNemar: Decodable { let gained: Int, lost: Int, p: Double }

  let binary: [Binary], change: [Change], mean: [Mean], disparity: Disparity, ratio: Ratio, levels: [Levels]
  let normal: [NormalQuantile], student: [Student], studentQuantile: [StudentQuantile], equivalence: [Equivalence]
  let power: [Power], detectable: [Detectable], meanDetectable: [MeanDetectable]
  let selection: Selection, holm: [Holm], mcnemar: [McNemar]

  static func read() throws -> ReferenceValues {
    let url = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      ReferenceValues.self, from: Data(contentsOf: url.appending(path: "intervals.json")))
  }
}
