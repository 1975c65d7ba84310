import Core

/// Reads the rows of one format. A conformer is made for one file, from its first rows and the user's options.
protocol RowReader: Sendable {
  /// The name of the format, for messages and `audit.json`.
  var format: SampleFormat { get }
  /// Whether the format is written by Python's `json`, which knows `NaN`.
  var allowsNonFiniteNumbers: Bool { get }
  /// Whether every row tells if it was decoded greedily or sampled.
  var tellsDecoding: Bool { get }
  /// The filter or scorer whose judgements are taken; nil where there is no choice.
  var judgement: String? { get }

  /// Adds the samples of one row to `samples`.
  func read(_ row: JSONElement, into samples: inout RowSamples) throws

  /// The problem that a row answers; nil where the row does not hold it.
  func problem(of row: JSONElement) throws -> Problem?
}

extension RowReader {
  var allowsNonFiniteNumbers: Bool { true }
  var tellsDecoding: Bool { false }
  var judgement: String? { nil }
  func problem(of row: JSONElement) throws -> Problem? { nil }
}
