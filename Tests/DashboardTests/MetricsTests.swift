import Dashboard
import Foundation
import Testing

/// `/metrics` read as Prometheus reads it.
@Suite struct MetricsTests {
  private struct Sample {
    let name: String
    let labels: [String: String]
    let value: Double
  }

  @Test func theTextIsWellFormed() async throws {
    let run = try TestRun(name: "run")
    try run.fill()
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let reply = try await server.get("/metrics")
      #expect(reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      let samples = try Self.parse(reply.body)
      func value(_ name: String, _ labels: [String: String]) -> Double? {
        samples.first { sample in
          sample.name == name && labels.allSatisfy { key, value in sample.labels[key] == value }
        }?.value
      }
      #expect(value("reversal_pass_at_1_ratio", ["run": "run", "iteration": "2"]) == 4.0 / 6)
      #expect(value("reversal_questions_gained", ["iteration": "2"]) == 1)
      #expect(value("reversal_answers_stored", [:]) == 80)
      #expect(value("reversal_answers_indexed", [:]) == 80)
      #expect(value("reversal_stage_done", ["iteration": "1", "stage": "evaluate_test", "unit": "questions"]) == 6)
      #expect(value("reversal_run_info", ["method": "sft", "seed": "7"]) == 1)
    }
  }

  /// - Throws: Where a line breaks the format, a family comes twice or a sample has no type.
  private static func parse(_ text: String) throws -> [Sample] {
    #expect(text.hasSuffix("\n"))
    var types: [String: String] = [:]
    var helped: Set<String> = []
    var seen: Set<String> = []
    var samples: [Sample] = []
    for line in text.split(separator: "\n") {
      if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)/) {
        #expect(helped.insert(String(match.1)).inserted)
      } else if let match = line.wholeMatch(
        of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (gauge|counter|histogram|summary|untyped)/)
      {
        #expect(types.updateValue(String(match.2), forKey: String(match.1)) == nil)
      } else {
        let match = try #require(line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)\{(.*)\} (\S+)/))
        let name = String(match.1)
        #expect(types[name] != nil && helped.contains(name))
        var labels: [String: String] = [:]
        for label in match.2.matches(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\.)*)"(,|$)/) {
          #expect(labels.updateValue(String(label.2), forKey: String(label.1)) == nil)
        }
        let length = labels.reduce(0) { $0 + $1.key.count + $1.value.count + 4 } - 1
        #expect(length == match.2.count, "something in the labels is no label: \(match.2)")
        #expect(seen.insert("\(name){\(match.2)}").inserted)
        samples.append(Sample(name: name, labels: labels, value: try #require(Double(match.3))))
      }
    }
    return samples
  }
}
