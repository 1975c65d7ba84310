import GRDB

/// The tables of `run.sqlite`. A migration, once released, is never edited: changes are new migrations.
enum Schema {
  /// Written to SQLite's `user_version`; a database with a higher one comes from a newer `reversal`.
  static let version = migrations.count

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for (index, migration) in migrations.enumerated() {
      migrator.registerMigration(migration.name) { database in
        try migration.apply(database)
        try database.execute(sql: "PRAGMA user_version = \(index + 1)")
      }
    }
    return migrator
  }

  private struct Migration: Sendable {
    let name: String
    let apply: @Sendable (Database) throws -> Void
  }

  private static let migrations = [
    Migration(name: "1: first tables", apply: createFirstTables),
    Migration(name: "2: choices and tests of problems, strict verdicts and reasons", apply: addJudgingColumns),
    Migration(name: "3: lineage and environments", apply: createLineage),
    Migration(name: "4: answers that wait for their verdicts, tokens that servers counted", apply: addWaitingAnswers),
  ]

  @Sendable private static func addWaitingAnswers(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE waiting (                      -- finished answers without a verdict yet
          problem INTEGER NOT NULL REFERENCES problem (key),
          iteration INTEGER NOT NULL,
          decoding TEXT NOT NULL CHECK (decoding IN ('greedy', 'sampled')),
          sample_index INTEGER NOT NULL,
          text ANY NOT NULL,
          token_ids BLOB,
          token_count INTEGER,
          finish_reason TEXT CHECK (finish_reason IN ('stop', 'length')),
          log_probability REAL,
          PRIMARY KEY (iteration, decoding, problem, sample_index)
        ) STRICT;

        CREATE TABLE token_usage (                  -- what servers counted for a stage's answers
          iteration INTEGER NOT NULL,
          stage TEXT NOT NULL,
          prompt_tokens INTEGER NOT NULL,
          completion_tokens INTEGER NOT NULL,
          PRIMARY KEY (iteration, stage)
        ) STRICT;
        """)
  }

  @Sendable private static func addJudgingColumns(_ database: Database) throws {
    try database.execute(
      sql: """
        ALTER TABLE problem ADD COLUMN material TEXT;     -- JSON: choices, tests, setup
        ALTER TABLE completion ADD COLUMN strict TEXT;    -- outcome by the benchmark's strict rule
        ALTER TABLE completion ADD COLUMN reason ANY;     -- why there is no clear answer
        """)
  }

  @Sendable private static func createLineage(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE artifact (
          iteration INTEGER NOT NULL,               -- t of M_t or D_t; 0: what the run was given
          kind TEXT NOT NULL,
          digest TEXT NOT NULL,                     -- SHA-256, lower-case hexadecimal
          files TEXT,                               -- JSON: SHA-256 by name
          made_of TEXT NOT NULL,                    -- JSON: SHA-256 by role
          training TEXT,                            -- JSON: the settings
          PRIMARY KEY (iteration, kind)
        ) STRICT;

        CREATE TABLE environment (                  -- apart from what it made: that is the same where only this differs
          key INTEGER PRIMARY KEY,
          json TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE stage_environment (
          iteration INTEGER NOT NULL,
          name TEXT NOT NULL,
          environment INTEGER NOT NULL REFERENCES environment (key),
          PRIMARY KEY (iteration, name, environment)
        ) STRICT, WITHOUT ROWID;
        """)
  }

  /// Columns of model text are ANY, not TEXT: SQLite ends a bound text at its first NUL, so that a text with one is
  /// stored as a blob.
  @Sendable private static func createFirstTables(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE manifest (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          json TEXT NOT NULL
        ) STRICT;

        CREATE TABLE problem (
          key INTEGER PRIMARY KEY,                  -- in the order of the data set
          split TEXT NOT NULL CHECK (split IN ('train', 'test', 'ood')),
          id TEXT NOT NULL,
          task TEXT NOT NULL,
          question TEXT NOT NULL,
          reference TEXT NOT NULL,
          difficulty TEXT,
          prompt TEXT NOT NULL,
          UNIQUE (split, id)
        ) STRICT;

        CREATE TABLE stage (
          position INTEGER PRIMARY KEY,             -- in the order of execution
          iteration INTEGER NOT NULL,
          name TEXT NOT NULL,
          done INTEGER NOT NULL DEFAULT 0,
          total INTEGER,
          unit TEXT NOT NULL,
          finished_at TEXT,
          UNIQUE (iteration, name)
        ) STRICT;

        CREATE TABLE completion (
          problem INTEGER NOT NULL REFERENCES problem (key),
          iteration INTEGER NOT NULL,               -- t of the model M_t that gave the answer
          decoding TEXT NOT NULL CHECK (decoding IN ('greedy', 'sampled')),
          sample_index INTEGER NOT NULL,
          text ANY NOT NULL,
          token_ids BLOB,                           -- LEB128
          token_count INTEGER,
          finish_reason TEXT CHECK (finish_reason IN ('stop', 'length')),
          log_probability REAL,
          verdict TEXT NOT NULL,
          extracted ANY,
          UNIQUE (problem, iteration, decoding, sample_index)
        ) STRICT;

        CREATE TABLE training_row (
          iteration INTEGER NOT NULL,               -- t of the model M_t trained on the row
          position INTEGER NOT NULL,
          problem INTEGER NOT NULL REFERENCES problem (key),
          completion ANY NOT NULL,                  -- under preference learning the chosen answer
          completion_token_ids BLOB,
          rejected ANY,
          rejected_token_ids BLOB,
          PRIMARY KEY (iteration, position)
        ) STRICT;

        CREATE TABLE metric (
          iteration INTEGER NOT NULL,
          name TEXT NOT NULL,
          value REAL NOT NULL,
          PRIMARY KEY (iteration, name)
        ) STRICT;
        """)
  }
}
