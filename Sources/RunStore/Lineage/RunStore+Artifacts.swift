import Core
import Crypto
import Digests
import Foundation
import GRDB

extension RunStore {
  /// The run's lineage: all that is known by its digest, in the order of its making.
  public func artifacts() throws -> [Artifact] {
    try read { database in
      guard try database.tableExists("artifact") else { return [] }
      return try Row.fetchAll(database, sql: "SELECT * FROM artifact").map(artifact).sorted {
        ($0.iteration, $0.kind.position) < ($1.iteration, $1.kind.position)
      }
    }
  }

  /// nil where its digest was never recorded.
  public func artifact(_ kind: Artifact.Kind, _ iteration: Int) throws -> Artifact? {
    try read { try artifact(kind, iteration, $0) }
  }

  /// Records what a checkpoint was found to be when it was first used: M_0, or one made before digests were recorded.
  public func recordFound(_ content: FolderContent, iteration: Int) throws {
    try write { database in
      try record(
        Artifact(iteration: iteration, kind: .checkpoint, digest: content.digest, files: content.files), database)
    }
  }

  /// The digest of D_t as it is stored now.
  public func trainingSetDigest(_ rows: TrainingSet) throws -> String {
    var digest = LineDigest()
    try RunExport.forEachLine(of: rows, withTokenIDs: true) { digest.add($0) }
    return digest.text
  }

  /// The digest of the answers of M_t to a split as they are stored now.
  public func answersDigest(_ split: Split, iteration: Int) throws -> String {
    try read { try answersDigest(split, iteration: iteration, $0) }
  }

  /// The digest of the problems as they are stored now.
  public func problemsDigest() throws -> String { try read(Self.problemsDigest) }
}

// MARK: - Within a transaction

extension RunStore {
  func record(_ artifact: Artifact, _ database: Database) throws { try Self.record(artifact, database) }

  static func record(_ artifact: Artifact, _ database: Database) throws {
    try database.execute(
      sql: """
        INSERT OR REPLACE INTO artifact (iteration, kind, digest, files, made_of, training)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        artifact.iteration, artifact.kind.rawValue, artifact.digest,
        try artifact.files.map(JSONLines.line), try JSONLines.line(artifact.madeOf),
        try artifact.training.map(JSONLines.line),
      ])
  }

  /// The answers of M_t to a split, M_t's digest beside them: what later training sets are chosen from.
  func recordAnswers(_ split: Split, iteration: Int, _ database: Database) throws {
    try record(
      Artifact(
        iteration: iteration, kind: .init(answersTo: split),
        digest: try answersDigest(split, iteration: iteration, database),
        madeOf: try digests([("checkpoint", .checkpoint, iteration), ("problems", .problems, 0)], database)), database)
  }

  /// Those digests that are recorded.
  func digests(_ parts: [(role: String, kind: Artifact.Kind, iteration: Int)], _ database: Database) throws
    -> [String: String]
  {
    var digests: [String: String] = [:]
    for part in parts { digests[part.role] = try artifact(part.kind, part.iteration, database)?.digest }
    return digests
  }

  static func problemsDigest(_ database: Database) throws -> String {
    var digest = LineDigest()
    for split in Split.allCases {
      for problem in try problems(split, database) { digest.add(try RunExport.line(of: problem)) }
    }
    return digest.text
  }

  private func answersDigest(_ split: Split, iteration: Int, _ database: Database) throws -> String {
    var digest = LineDigest()
    for decoding in [Decoding.greedy, .sampled] {
      try forEachProblem(split, iteration: iteration, decoding: decoding, database) { _, answers in
        for answer in answers { digest.add(try RunExport.line(of: answer, iteration: iteration, split: split)) }
      }
    }
    return digest.text
  }

  private func artifact(_ kind: Artifact.Kind, _ iteration: Int, _ database: Database) throws -> Artifact? {
    guard try database.tableExists("artifact") else { return nil }
    return try Row.fetchOne(
      database, sql: "SELECT * FROM artifact WHERE kind = ? AND iteration = ?", arguments: [kind.rawValue, iteration]
    ).map(artifact)
  }

  private func artifact(from row: Row) throws -> Artifact {
    guard let kind = Artifact.Kind(rawValue: try row.decode(forColumn: "kind")) else {
      throw RunError(.damaged, file: databaseFile.path, "the lineage has an entry of an unknown kind; restore the run")
    }
    let files: String? = try row.decode(forColumn: "files")
    let training: String? = try row.decode(forColumn: "training")
    return Artifact(
      iteration: try row.decode(forColumn: "iteration"), kind: kind, digest: try row.decode(forColumn: "digest"),
      files: try files.map { try decoded($0, as: "the lineage") },
      madeOf: try decoded(try row.decode(forColumn: "made_of"), as: "the lineage"),
      training: try training.map { try decoded($0, as: "the lineage") })
  }
}

extension Artifact.Kind {
  /// Within an iteration, in the order of making.
  fileprivate var position: Int {
    switch self {
    case .settings: 0
    case .problems: 1
    case .trainingSet: 2
    case .checkpoint: 3
    case .testAnswers: 4
    case .outOfDistributionAnswers: 5
    case .trainAnswers: 6
    }
  }
}

/// SHA-256 of lines, each with its newline.
private struct LineDigest {
  private var digest = SHA256()

  mutating func add(_ line: String) { digest.update(data: Array((line + "\n").utf8)) }

  var text: String { digest.finalize().hexadecimal }
}
