import Core
import RunStore

/// The figures of all runs in Prometheus' text format, version 0.0.4.
enum PrometheusText {
  static let type = "text/plain; version=0.0.4; charset=utf-8"

  private struct Sample {
    var labels: [(String, String)] = []
    let value: Double
  }

  static func text(_ snapshots: [RunSnapshot]) -> String {
    var text = ""
    func metric(_ name: String, _ help: String, _ samples: (RunSnapshot) -> [Sample]) {
      let lines = snapshots.flatMap { snapshot in
        samples(snapshot).map { sample in
          let labels = [("run", snapshot.id)] + sample.labels
          return
            "\(name){\(labels.map { "\($0.0)=\"\(escape($0.1))\"" }.joined(separator: ","))} \(number(sample.value))\n"
        }
      }
      guard !lines.isEmpty else { return }
      text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n" + lines.joined()
    }
    func byIteration(_ value: @escaping (RunFigures.Iteration) -> Double?) -> (RunSnapshot) -> [Sample] {
      { snapshot in
        snapshot.figures.iterations.compactMap { figures in
          value(figures).map { Sample(labels: [("iteration", String(figures.iteration))], value: $0) }
        }
      }
    }
    metric("reversal_run_info", "What the run was asked to do; always 1.") { snapshot in
      [
        Sample(
          labels: [
            ("method", snapshot.manifest.method), ("task", snapshot.manifest.task),
            ("seed", String(snapshot.manifest.seed)),
            ("iterations", String(snapshot.manifest.iterations)), ("version", snapshot.manifest.toolVersion),
          ], value: 1)
      ]
    }
    metric("reversal_run_active", "Whether a process works on the run.") { [Sample(value: $0.writer == nil ? 0 : 1)] }
    metric("reversal_run_finished", "Whether every stage is done.") { [Sample(value: $0.progress.isFinished ? 1 : 0)] }
    metric("reversal_run_progress_ratio", "Stages done over all stages.") { [Sample(value: $0.share)] }
    metric("reversal_stage_done", "Rows, steps or questions of a stage that are done.") { snapshot in
      snapshot.progress.stages.map { Sample(labels: labels($0), value: Double($0.done)) }
    }
    metric("reversal_stage_total", "Rows, steps or questions of a stage, where known.") { snapshot in
      snapshot.progress.stages.compactMap { stage in
        stage.total.map { Sample(labels: labels(stage), value: Double($0)) }
      }
    }
    metric("reversal_answers_stored", "Answers in the run.") { [Sample(value: Double($0.stored))] }
    metric("reversal_answers_indexed", "Answers that the dashboard has taken in.") {
      [Sample(value: Double($0.indexed))]
    }
    metric("reversal_pass_at_1_ratio", "Greedy accuracy on the test questions so far.", byIteration { $0.greedy.value })
    metric(
      "reversal_ood_pass_at_1_ratio", "Greedy accuracy on the out-of-distribution questions so far.",
      byIteration { $0.outOfDistribution.value })
    metric(
      "reversal_sampled_accuracy_ratio", "Share of correct samples of the test questions so far.",
      byIteration { $0.sampled.value })
    metric(
      "reversal_distinct_n_ratio", "Mean distinct-n of the samples of a test question.", byIteration { $0.distinctN })
    metric(
      "reversal_distinct_n_correct_ratio", "Mean distinct-n of the correct samples of a test question.",
      byIteration { $0.distinctCorrect })
    metric(
      "reversal_distinct_n_incorrect_ratio", "Mean distinct-n of the incorrect samples of a test question.",
      byIteration { $0.distinctIncorrect })
    metric("reversal_sample_tokens", "Mean tokens of a sampled answer.", byIteration { $0.tokens })
    metric(
      "reversal_questions_gained", "Test questions solved greedily that M_1 fails.", byIteration { Double($0.improved) }
    )
    metric(
      "reversal_questions_lost", "Test questions failed greedily that M_1 solves.", byIteration { Double($0.lost) })
    metric("reversal_training_loss", "Loss of the last step of each training.") { snapshot in
      snapshot.figures.losses.compactMap { curve in
        curve.points.last.map { Sample(labels: [("iteration", String(curve.iteration))], value: $0.loss) }
      }
    }
    metric("reversal_alerts", "Alerts that the dashboard shows, by severity.") { snapshot in
      [Alert.Severity.severe, .notable].map { severity in
        Sample(
          labels: [("severity", severity.rawValue)], value: Double(snapshot.alerts.count { $0.severity == severity }))
      }
    }
    return text
  }

  private static func labels(_ stage: StageRecord) -> [(String, String)] {
    [("iteration", String(stage.key.iteration)), ("stage", stage.key.stage.rawValue), ("unit", stage.unit)]
  }

  private static func number(_ value: Double) -> String {
    value.isNaN ? "NaN" : value.isInfinite ? (value > 0 ? "+Inf" : "-Inf") : "\(value)"
  }

  /// A label's value: backslash, quote and line feed are the format's; other controls are made visible.
  private static func escape(_ text: String) -> String {
    VisibleText.block(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
