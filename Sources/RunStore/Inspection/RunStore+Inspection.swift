import Core
import Foundation
import GRDB

extension RunStore {
  /// Examines the database of the run in `folder` as far as SQLite can, and opens it to look further. Writes nothing,
  /// not even SQLite's own files.
  ///
  /// - Returns: The run, nil where it cannot be read at all, and what was found.
  /// - Throws: `RunError` where there is no room for what the examination needs.
  public static func inspect(_ folder: URL) throws -> (store: RunStore?, findings: [Finding]) {
    let original = databaseFile(in: folder)
    let name = original.lastPathComponent
    var findings: [Finding] = []
    // SQLite's files stand there anyway while a process works on the run.
    let process = activeProcess(in: folder)
    let copy = process == nil ? try DatabaseCopy(of: original) : nil
    if let process {
      findings.append(Finding(.note, name, "process \(process) is working on it; it is examined as it stands now"))
    }
    /// What `work` gives, or nil and a finding.
    func attempt<Value>(_ work: () throws -> Value) -> Value? {
      do {
        return try RunError.translating(original, work)
      } catch {
        let message = (error as? RunError)?.message ?? (error as? InputError)?.message ?? "\(error)"
        let finding = Finding(.fault, name, message)
        if !findings.contains(finding) { findings.append(finding) }
        return nil
      }
    }
    let file = copy?.file ?? original
    guard let version = attempt({ try refuseNewer(original, in: file) }) else { return (nil, findings) }
    if version < Schema.version {
      findings.append(
        Finding(
          .note, name,
          "was written by an older reversal (format \(version), this one's is \(Schema.version)); it can be resumed"))
    }
    let damage = attempt {
      let database = try connect(file, for: .reading)
      defer {
        // It was only read.
        try? database.close()
      }
      return try database.read(examine)
    }
    findings += (damage ?? []).map { Finding(.fault, name, $0) }
    // What can still be read is examined all the same.
    let store = attempt { try copy.map { try open(folder, copy: $0) } ?? open(folder, for: .reading) }
    return (store, findings)
  }

  /// What SQLite itself finds wrong, in one line each; nothing where all is well.
  private static func examine(_ database: Database) throws -> [String] {
    var lines: [String] = []
    let damage = try String.fetchAll(database, sql: "PRAGMA integrity_check(100)").filter { $0 != "ok" }
    if let first = damage.first {
      lines.append(
        "the database is damaged in \(damage.count == 100 ? "100 places or more" : "\(damage.count) places"), first: "
          + "\(first.replacing("\n", with: " ")); restore it from a copy or start a new run")
    }
    let orphans = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check")
    if let table = try orphans.first?.decode(String?.self, forColumn: "table") {
      lines.append(
        "\(orphans.count) rows, first in '\(table)', refer to rows that are gone; restore it from a copy or start a new run"
      )
    }
    return lines
  }

  /// What names one answer.
  public struct AnswerName: Sendable, Hashable {
    public let problem: ProblemID
    public let decoding: Decoding
    public let sampleIndex: Int

    public init(problem: ProblemID, decoding: Decoding, sampleIndex: Int) {
      self.problem = problem
      self.decoding = decoding
      self.sampleIndex = sampleIndex
    }
  }

  /// The names of the stored answers of M_t to a split.
  public func answerNames(_ split: Split, iteration: Int) throws -> Set<AnswerName> {
    try answerNames(in: "completion", split, iteration)
  }

  /// The names of the answers of M_t to a split that wait for their verdicts.
  public func waitingNames(_ split: Split, iteration: Int) throws -> Set<AnswerName> {
    try answerNames(in: "waiting", split, iteration)
  }

  private func answerNames(in table: String, _ split: Split, _ iteration: Int) throws -> Set<AnswerName> {
    try read { database in
      var names: Set<AnswerName> = []
      // An older version kept none that wait.
      guard try database.tableExists(table) else { return names }
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT id, decoding, sample_index FROM \(table) JOIN problem ON problem.key = \(table).problem
          WHERE split = ? AND iteration = ?
          """, arguments: [split.rawValue, iteration])
      while let row = try rows.next() {
        // One of another decoding than the two is reported where the answers are read.
        guard let decoding = Decoding(rawValue: try row.decode(forColumn: "decoding")) else { continue }
        names.insert(
          AnswerName(
            problem: ProblemID(try row.decode(String.self, forColumn: "id")), decoding: decoding,
            sampleIndex: try row.decode(forColumn: "sample_index")))
      }
      return names
    }
  }
}
