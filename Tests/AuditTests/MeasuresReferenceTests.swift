import Audit
import Core
import Foundation
import Testing

/// Every figure of the measures and controls against Tests/reference/measures.py.
@Suite struct MeasuresReferenceTests {
  private typealias JSON = [String: Any]

  @Test func everyFigureAgrees() async throws {
    let result = try Auditor.audit(await MeasuresFixture.input(), seed: 1, resamples: 2_000)
    let actual = try #require(JSONSerialization.jsonObject(with: Data(result.json().utf8)) as? JSON)
    let expected = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: try Fixture.url("measures/expected.json"))) as? JSON)
    JSONComparison.check(try #require(expected["measures"]), try #require(actual["measures"]), at: "measures")

    // The reference leaves out the measures of diversity that Tests/reference/audit.py covers.
    var controls = try #require(actual["controls"] as? JSON)
    let matched = try #require(controls["matched_diversity"] as? [JSON])
    controls["matched_diversity"] = matched.filter { ($0["measure"] as? String)?.hasPrefix("distinct_n") == true }
    JSONComparison.check(try #require(expected["controls"]), controls, at: "controls")

    // Both are drawn, from other random numbers.
    let shares = try #require(expected["crossing_shares"] as? JSON)
    for crossover in try #require(result.measures).passAtKCrossover {
      let share = try #require(shares["\(crossover.iteration)"] as? Double)
      #expect(abs(crossover.crossingShare - share) < 0.04, "iteration \(crossover.iteration)")
    }
  }

  @Test func theMatchedDifferencesAreThoseOfTheVerdict() async throws {
    let result = try Auditor.audit(await MeasuresFixture.input(), seed: 1, resamples: 50)
    var compared = 0
    for entry in try #require(result.controls).matchedDiversity {
      guard
        let axis = result.verdict.axes.first(where: {
          $0.axis == "\(entry.measure)_\(entry.stratum.rawValue)" && $0.iteration == entry.iteration
        })
      else { continue }
      let difference = try #require(entry.difference)
      #expect(abs(try #require(axis.effect).estimate - difference.estimate) < 1e-12)
      #expect(abs(entry.later - entry.first - difference.estimate) < 1e-12)
      compared += 1
    }
    #expect(compared >= 8)
  }

  @Test func sameSeedSameBytesWhateverTheThreads() async throws {
    let input = try await MeasuresFixture.input()
    let first = try Auditor.audit(input, seed: 7, resamples: 100, threads: 1).json()
    for threads in [2, 3, 64] {
      #expect(try Auditor.audit(input, seed: 7, resamples: 100, threads: threads).json() == first)
    }
  }

  @Test func everyIntervalIsOne() async throws {
    let result = try Auditor.audit(await MeasuresFixture.input(), seed: 1, resamples: 500)
    let json = try #require(JSONSerialization.jsonObject(with: Data(result.json().utf8)) as? JSON)
    var count = 0
    func walk(_ value: Any, _ path: String) {
      if let list = value as? [Any] {
        for (index, value) in list.enumerated() { walk(value, "\(path)[\(index)]") }
      } else if let object = value as? JSON {
        if let estimate = object["estimate"] as? Double, let low = object["low"] as? Double,
          let high = object["high"] as? Double
        {
          count += 1
          #expect(low <= estimate && estimate <= high && low < high, "\(path)")
        }
        for (key, value) in object { walk(value, "\(path).\(key)") }
      }
    }
    walk(try #require(json["measures"]), "measures")
    walk(try #require(json["controls"]), "controls")
    #expect(count > 200)
  }

  @Test func anAuditReadsBackAsItWasWritten() async throws {
    let result = try Auditor.audit(await MeasuresFixture.input(), seed: 1, resamples: 50)
    #expect(try JSONDecoder().decode(AuditResult.self, from: Data(result.json().utf8)) == result)
    // A file of before has neither measures nor controls.
    var older = try #require(JSONSerialization.jsonObject(with: Data(result.json().utf8)) as? JSON)
    older["measures"] = nil
    older["controls"] = nil
    let read = try JSONDecoder().decode(AuditResult.self, from: JSONSerialization.data(withJSONObject: older))
    #expect(read.measures == nil && read.controls == nil && read.passAtK == result.passAtK)
  }
}
