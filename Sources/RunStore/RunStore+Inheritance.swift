import Core
import Foundation
import GRDB
import Storage

extension RunStore {
  /// Takes over M_1, D_1 and all answers of M_1 from a run whose first iteration is finished and was asked for the same.
  ///
  /// The checkpoint's files are linked, or copied where the file system cannot link; the rows come in one transaction.
  /// A first iteration that this run has finished itself stays as it is.
  ///
  /// - Throws: `InputError` naming the setting in which the two runs differ, or where the sibling is unfinished; nothing
  ///   is changed then.
  public func inheritFirstIteration(from sibling: URL) throws {
    let source = try RunStore.open(sibling, for: .reading)
    try refuseDifferences(from: source)
    if try isFirstIterationFinished() { return }
    guard try source.isFirstIterationFinished(), source.hasCheckpoint(1) else {
      throw InputError(
        file: sibling.path, "its first iteration is unfinished; complete it with `reversal resume \(sibling.path)`")
    }
    try refuseAnotherCheckpoint(of: source)
    try takeOverCheckpoint(from: source.checkpointFolder(1))
    try RunError.translating(databaseFile) {
      try database.writeWithoutTransaction { database in
        try database.execute(sql: "ATTACH DATABASE ? AS sibling", arguments: [source.databaseFile.path])
        defer {
          // The attachment ends with the connection at the latest.
          try? database.execute(sql: "DETACH DATABASE sibling")
        }
        try database.inTransaction {
          try copyFirstIteration(database)
          // A run of a version without a lineage has none to give.
          if try database.tableExists("artifact", in: "sibling") { try copyFirstLineage(database) }
          return .commit
        }
      }
    }
  }

  /// Whether every stage of iteration 1 is done.
  public func isFirstIterationFinished() throws -> Bool {
    try stages().filter { $0.key.iteration == 1 }.allSatisfy(\.isFinished)
  }

  private func refuseDifferences(from source: RunStore) throws {
    let mine = manifest.firstIterationSettings
    let theirs = source.manifest.firstIterationSettings
    for key in Set(mine.keys).union(theirs.keys).sorted() where mine[key] != theirs[key] {
      throw InputError(
        file: source.folder.path,
        "its first iteration cannot be taken over: \(key) is \(theirs[key] ?? "not set") there and "
          + "\(mine[key] ?? "not set") here; make them equal or run the first iteration anew")
    }
    for split in Split.allCases where try problems(split) != source.problems(split) {
      throw InputError(
        file: source.folder.path,
        "its first iteration cannot be taken over: its \(split.rawValue) problems are others; use the same data")
    }
  }

  private func refuseAnotherCheckpoint(of source: RunStore) throws {
    guard let recorded = try source.artifact(.checkpoint, 1)?.files.map(FolderContent.init(files:)) else { return }
    let found = try FolderContent(of: source.checkpointFolder(1))
    if let difference = found.difference(from: recorded) {
      throw InputError(
        file: source.checkpointFolder(1).path,
        "is not what its run made (\(difference)), so it is not taken over; remove it and resume that run")
    }
  }

  private func copyFirstLineage(_ database: Database) throws {
    try database.execute(
      sql: """
        DELETE FROM main.artifact WHERE iteration <= 1 AND kind != 'settings';
        INSERT INTO main.artifact SELECT * FROM sibling.artifact WHERE iteration <= 1 AND kind != 'settings';
        DELETE FROM main.stage_environment WHERE iteration <= 1;
        INSERT OR IGNORE INTO main.environment (json) SELECT json FROM sibling.environment ORDER BY key;
        INSERT INTO main.stage_environment
          SELECT theirs.iteration, theirs.name, mine.key FROM sibling.stage_environment AS theirs
          JOIN sibling.environment AS described ON described.key = theirs.environment
          JOIN main.environment AS mine ON mine.json = described.json
          WHERE theirs.iteration <= 1;
        """)
  }

  private func copyFirstIteration(_ database: Database) throws {
    // A first iteration begun here gives way; equal problems in equal order have equal keys. What it cost stays counted.
    try database.execute(sql: "DELETE FROM main.waiting WHERE iteration <= 1")
    for table in ["completion", "training_row", "metric"] {
      try database.execute(sql: "DELETE FROM main.\(table) WHERE iteration <= 1")
      try database.execute(sql: "INSERT INTO main.\(table) SELECT * FROM sibling.\(table) WHERE iteration <= 1")
    }
    try database.execute(
      sql: """
        UPDATE main.stage SET (done, total, finished_at) =
          (SELECT done, total, finished_at FROM sibling.stage AS theirs
           WHERE theirs.iteration = main.stage.iteration AND theirs.name = main.stage.name)
        WHERE iteration <= 1
        """)
  }

  /// A checkpoint's files are never changed in place, so that two runs may share them.
  private func takeOverCheckpoint(from source: URL) throws {
    let target = checkpointFolder(1)
    do {
      try NewFolder.createPath(to: target.deletingLastPathComponent())
      try NewFolder.replace(target, withFilesOf: source)
    } catch let error as CocoaError {
      throw RunError(
        .storage, file: target.path,
        "cannot be copied from \(source.path): \(error.localizedDescription); free some space")
    }
  }
}
