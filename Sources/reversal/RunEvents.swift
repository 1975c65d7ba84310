import Core
import EventFiles
import Foundation
import RunStore
import Storage

/// Runs as TensorBoard event files.
enum RunEvents {
  /// A folder for each run, named as the run's folder; all of them or none.
  static func write(runsIn folder: URL, to out: URL) throws {
    let files = try RunStore.runs(in: folder).map { run in
      (name: run.lastPathComponent, file: try events(of: RunStore.open(run, for: .reading)))
    }
    try RunStore.refuseOccupied(out)
    try NewFolder.createPath(to: out.deletingLastPathComponent())
    try NewFolder.create(at: out, replacingEmpty: true) { draft in
      for (name, file) in files {
        let folder = draft.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try DurableFile.replace(folder.appending(path: file.name), with: Data(file.bytes))
      }
    }
  }

  private static func events(of store: RunStore) throws -> EventFile {
    let created = store.manifest.createdAt.timeIntervalSince1970
    let stages = try store.stages()
    /// When the last stage of an iteration was done.
    func time(_ iteration: Int) -> Double {
      stages.filter { $0.key.iteration == iteration }.compactMap { $0.finishedAt?.timeIntervalSince1970 }.max()
        ?? created
    }
    var scalars: [EventFile.Scalar] = []
    func add(_ tag: String, _ iteration: Int, _ value: Double) {
      scalars.append(
        EventFile.Scalar(tag: tag, step: Int64(iteration), value: Float(value), wallTime: time(iteration)))
    }
    for (iteration, metrics) in try store.metrics().sorted(by: { $0.key < $1.key }) {
      for (name, value) in metrics.sorted(by: { $0.key < $1.key }) { add("training/\(name)", iteration, value) }
    }
    guard stages.allSatisfy(\.isFinished) else {
      for (tag, split) in [("pass_at_1", Split.test), ("ood/pass_at_1", .outOfDistribution)] {
        for row in try store.greedyAccuracy(split) { add(tag, row.iteration, Double(row.correct) / Double(row.count)) }
      }
      return EventFile(startTime: created, scalars: scalars)
    }
    for record in try AuditedRun(store).audit.records() {
      guard let iteration = record.iteration else { continue }
      switch record.value {
      case .estimate(let estimate):
        add(tag(record), iteration, estimate.estimate)
        add("low/" + tag(record), iteration, estimate.low)
        add("high/" + tag(record), iteration, estimate.high)
      case .number(let value): add(tag(record), iteration, value)
      case .text, .undefined: break
      }
    }
    return EventFile(startTime: created, scalars: scalars)
  }

  /// `pass_at_k/k=4`, `ood/pass_at_1`, `measures/entropy/token_entropy`, `diversity/distinct_n/correct`.
  private static func tag(_ record: AuditRecord) -> String {
    let parts =
      record.measure.split(separator: ".").map(String.init)
      + [record.decoding, record.stratum, record.part, record.k.map { "k=\($0)" }, record.tau.map { "tau=\($0)" }]
      .compactMap { $0 }.map { VisibleText.line($0) }
    return parts.joined(separator: "/")
  }
}
