import Foundation
import Iteration
import Mathematics

extension FuzzTarget {
  static let answers = [
    FuzzTarget("configuration", dictionary: "yaml") { scratch in
      { input in
        let file = try scratch.write("run.yaml", input)
        let (configuration, text) = try RunConfiguration.read(file)
        guard Array(text.utf8) == input, configuration.iterations >= 1 else {
          throw Breach("another text, or no iteration")
        }
      }
    },
    FuzzTarget("latex", dictionary: "latex", timeLimit: .milliseconds(500)) { _ in
      { input in
        let parts = String(decoding: input, as: UTF8.self).split(separator: "\n%%\n", maxSplits: 1)
        let (answer, reference) = (String(parts.first ?? ""), String(parts.last ?? ""))
        let found = MathEquivalence.compare(answer: answer, reference: reference)
        _ = MathAnswer.extract(from: answer)
        _ = MathAnswer.reference(from: reference)
        guard !found.reason.isEmpty else { throw Breach("a comparison without a reason") }
        // A reference that is rounded takes what rounds to it, an answer never.
        guard !["approx", "≈"].contains(where: { answer.contains($0) || reference.contains($0) }) else { return }
        let back = MathEquivalence.compare(answer: reference, reference: answer)
        guard (found.outcome == .equal) == (back.outcome == .equal) else {
          throw Breach("equal one way only: \(answer.debugDescription) | \(reference.debugDescription)")
        }
      }
    },
  ]
}
