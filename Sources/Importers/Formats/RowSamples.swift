import Core

/// One answer as its file gives it.
struct ImportedSample: Sendable {
  /// Of the problem, in the order of the problems.
  let position: Int
  /// nil: numbered in the order of the file.
  var sampleIndex: Int?
  /// nil where the row does not tell.
  var decoding: Decoding?
  let text: String
  /// The judgement that came with the sample; nil where its task's verifier is to judge.
  var verdict: Verdict?
  var finishReason: FinishReason?
  var tokenCount: Int?
  /// Natural logarithm.
  var logProbability: Double?
}

/// What the rows of a block hold.
struct RowSamples: Sendable {
  let problems: ProblemMatcher
  private(set) var samples: [(sample: ImportedSample, place: RowBlock.Place)] = []
  /// Rows for problems that are not known, with the name that they give it.
  private(set) var unknown: [(name: String, place: RowBlock.Place)] = []
  /// Rows without an answer: the request failed, or nothing was returned.
  private(set) var failedRowCount = 0
  /// Rows of filters that are not the one read.
  private(set) var ignoredFilters: [String: Int] = [:]
  private(set) var rowCount = 0
  /// What stopped reading.
  var failure: InputError?
  /// Of the row being read.
  private var place = RowBlock.Place.line(0)

  init(_ problems: ProblemMatcher) { self.problems = problems }

  mutating func begin(_ place: RowBlock.Place) {
    self.place = place
    rowCount += 1
  }

  mutating func add(_ sample: ImportedSample) { samples.append((sample, place)) }
  mutating func addUnknown(_ name: String) { unknown.append((name, place)) }
  mutating func addFailure() { failedRowCount += 1 }
  mutating func ignore(filter: String) { ignoredFilters[filter, default: 0] += 1 }

  mutating func judge(_ index: Int, _ verdict: Verdict) { samples[index].sample.verdict = verdict }
}
