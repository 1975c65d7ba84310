import GRDB

/// The tables of a browse index: what can be made again from the run at any time.
enum IndexSchema {
  /// An index of another version is thrown away and made anew.
  static let version = 2

  /// Bits that the key of a searched document has below the problem's: iteration, then piece.
  static let iterationBits = 16
  static let pieceBits = 15

  /// A document holds what came of one question and model at a time. Of iteration 0 is the question itself.
  static func document(problem: Int, iteration: Int, piece: Int) -> Int64? {
    guard problem >= 0, problem < 1 << 31, iteration >= 0, iteration < 1 << iterationBits, piece < 1 << pieceBits else {
      return nil
    }
    return Int64(problem) << Int64(iterationBits + pieceBits) | Int64(iteration) << Int64(pieceBits) | Int64(piece)
  }

  static func create(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE source (id INTEGER PRIMARY KEY CHECK (id = 1), run TEXT NOT NULL, last_answer INTEGER NOT NULL,
          last_identity TEXT, last_problem INTEGER NOT NULL);

        CREATE TABLE question (
          key INTEGER PRIMARY KEY,
          split TEXT NOT NULL,
          id TEXT NOT NULL,
          task TEXT NOT NULL,
          level TEXT,
          excerpt TEXT NOT NULL,
          evaluated INTEGER NOT NULL,               -- whether its samples count for diversity
          UNIQUE (split, id)
        );

        -- What M_t answered to a question.
        CREATE TABLE cell (
          problem INTEGER NOT NULL,
          iteration INTEGER NOT NULL,
          greedy TEXT,                              -- verdict of the greedy answer
          samples INTEGER NOT NULL,
          correct INTEGER NOT NULL,                 -- samples with this verdict, the following likewise
          incorrect INTEGER NOT NULL,
          unparsed INTEGER NOT NULL,
          timeout INTEGER NOT NULL,
          error INTEGER NOT NULL,
          kept INTEGER NOT NULL,                    -- samples that count: equally many in every iteration; the rest is of them
          kept_correct INTEGER NOT NULL,
          answers INTEGER NOT NULL,                 -- different final answers, all correct ones as one
          chains INTEGER NOT NULL,                  -- different equation chains; 0 where there are no equations
          tokens REAL,                              -- mean tokens of a sample
          cut INTEGER NOT NULL,                     -- samples that the token limit ended
          ended INTEGER NOT NULL,                   -- samples of which it is known how they ended
          distinct_n REAL, distinct_correct REAL, distinct_incorrect REAL,
          equations_correct REAL, equations_incorrect REAL,
          pieces INTEGER NOT NULL,                  -- documents made of it
          PRIMARY KEY (problem, iteration)
        ) WITHOUT ROWID;

        CREATE TABLE composition (
          iteration INTEGER NOT NULL,
          kind TEXT NOT NULL,                       -- accuracy or level
          bin TEXT NOT NULL,
          rows INTEGER NOT NULL,
          PRIMARY KEY (iteration, kind, bin)
        ) WITHOUT ROWID;

        CREATE VIRTUAL TABLE search USING fts5(text, content='', columnsize=0, tokenize="unicode61 remove_diacritics 2");
        PRAGMA user_version = \(version);
        """)
  }
}
