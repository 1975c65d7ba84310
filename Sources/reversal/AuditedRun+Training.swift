import Audit
import Core
import RunStore

extension AuditedRun {
  /// What the iterations of a run were trained on; nil where the store holds no training set.
  static func training(_ store: RunStore, testedOn test: [Problem], iterations: [Int]) throws -> AuditInput.Training? {
    var rows = TrainingRows(comparedWith: test)
    for iteration in iterations {
      switch try store.trainingSet(iteration) {
      case .supervised(let supervised):
        for row in supervised {
          rows.append(iteration: iteration, problemID: row.problemID, texts: [row.prompt, row.completion.text])
        }
      case .preference(let preferences):
        for row in preferences {
          rows.append(
            iteration: iteration, problemID: row.problemID, texts: [row.prompt, row.chosen.text, row.rejected.text])
        }
      case nil: break
      }
    }
    guard rows.count > 0 else { return nil }
    return AuditInput.Training(problems: try store.problems(.train).map(\.problem), rows: rows)
  }
}
