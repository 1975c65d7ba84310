import Engines
import Foundation
import GRDB

/// A finished run of the real program on the embedded model, as small as one can be, made once for all tests that damage
/// copies of it.
struct ReferenceRun {
  let folder: URL
  /// What the program printed.
  let result: CommandLineResult

  static let settings = """
    task: arithmetic
    model: MODEL
    data: {train: train.jsonl, test: test.jsonl, ood: ood.jsonl}
    method: sft
    iterations: 2
    sampling: {n: 2, max_tokens: 60}
    evaluation: {samples: 2, questions: 4, first_iteration_samples: 3}
    training:
      first: {epochs: 1, learning_rate: 1.0e-3, batch_tokens: 700}
      sft: {epochs: 1, learning_rate: 3.0e-4, batch_tokens: 700}

    """

  /// Writes problems and `run.yaml`.
  private static func prepare(_ folder: TemporaryFolder) throws -> String {
    try folder.writeProblems(train: 16, test: 8, outOfDistribution: 4, seed: 5)
    return try folder.file("run.yaml", settings.replacing("MODEL", with: try EmbeddedModel.folder.path))
  }

  private static let home: Result<TemporaryFolder, any Error> = Result {
    // What lives as long as the process is not removed by going out of scope.
    atexit {
      if case .success(let home) = ReferenceRun.home { home.remove() }
    }
    return try TemporaryFolder()
  }
  private static let prepared = Result { try prepare(try home.get()) }
  private static let finished = Result {
    let folder = try home.get().url.appending(path: "run")
    let result = try CommandLineTool.run(["run", try prepared.get(), "--out", folder.path, "--threads", "1"])
    // What is damaged later is the database itself: nothing of it may stand in its log beside it.
    try edit(in: folder)
    return ReferenceRun(folder: folder, result: result)
  }

  /// The file that describes the run.
  static func configuration() throws -> String { try prepared.get() }

  /// The run that every test compares with; nobody may change it.
  static func made() throws -> ReferenceRun { try finished.get() }

  /// A copy of it that may be damaged.
  static func copy(to folder: TemporaryFolder, as name: String = "run") throws -> URL {
    let copy = folder.url.appending(path: name)
    try FileManager.default.copyItem(at: try made().folder, to: copy)
    return copy
  }

  /// A copy that has yet to train M_2, for which it needs M_1.
  static func halfDone(at run: URL) throws {
    try FileManager.default.copyItem(at: try made().folder, to: run)
    for name in ["checkpoints/M2", "audit.json", "report.html"] {
      try FileManager.default.removeItem(at: run.appending(path: name))
    }
    try edit(
      "DELETE FROM completion WHERE iteration = 2",
      "DELETE FROM artifact WHERE iteration = 2 AND kind != 'training_set'",
      "UPDATE stage SET done = 0, finished_at = NULL WHERE iteration = 2 AND name != 'select'",
      "UPDATE stage SET total = NULL WHERE iteration = 2 AND name = 'train'",
      "DELETE FROM metric WHERE iteration = 2 AND name NOT IN ('training_rows', 'training_questions')", in: run)
  }

  /// Changes a run's database behind the program's back.
  static func edit(_ statements: String..., in run: URL) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let database = try DatabaseQueue(path: run.appending(path: "run.sqlite").path, configuration: configuration)
    try database.writeWithoutTransaction { database in
      for statement in statements { try database.execute(sql: statement) }
      // So that the file itself holds the changes.
      try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
    try database.close()
  }
}

/// Every file below a folder with its bytes: what must be left alone.
func bytes(below folder: URL) throws -> [String: Data] {
  var bytes: [String: Data] = [:]
  for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
    let file = folder.appending(path: path)
    if try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
      bytes[path] = try Data(contentsOf: file)
    }
  }
  return bytes
}
