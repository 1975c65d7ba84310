import Core
import Foundation
import GRDB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

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

  private func copyFirstIteration(_ database: Database) throws {
    // A first iteration begun here gives way; equal problems in equal order have equal keys.
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

  private func takeOverCheckpoint(from source: URL) throws {
    let files = FileManager.default
    let target = checkpointFolder(1)
    let draft = target.deletingLastPathComponent().appendingPathComponent(".M1.partial")
    do {
      for stale in [draft, target] where files.fileExists(atPath: stale.path) { try files.removeItem(at: stale) }
      try files.createDirectory(at: draft, withIntermediateDirectories: true)
      for name in try files.contentsOfDirectory(atPath: source.path) {
        let from = source.appendingPathComponent(name)
        let to = draft.appendingPathComponent(name)
        // A checkpoint's files are never changed in place, so that two runs may share them.
        if unsafe link(from.path, to.path) != 0 { try files.copyItem(at: from, to: to) }
      }
      try files.moveItem(at: draft, to: target)
    } catch {
      throw RunError(
        .storage, file: target.path,
        "cannot be copied from \(source.path): \(error.localizedDescription); free some space")
    }
  }
}
