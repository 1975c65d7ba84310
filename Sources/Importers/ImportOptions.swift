import Core

/// How files of samples are to be read, where they leave a choice.
public struct ImportOptions: Sendable, Hashable {
  /// What becomes of a sample whose problem is not known.
  public enum Unmatched: String, Sendable, CaseIterable {
    /// Refused, as a mistake in the files.
    case error
    /// Counted and left out.
    case count
  }

  public var format: SampleFormat
  /// The filter of lm-evaluation-harness; nil takes the first of a file.
  public var filter: String?
  /// Whose judgement is taken: a metric of lm-evaluation-harness, a scorer of Inspect, `base` or `plus` of EvalPlus.
  public var scorer: String?
  public var fields: FieldMap?
  /// Of files that do not tell.
  public var decoding: Decoding?
  /// The task whose verifier judges the answers to problems that come with the samples.
  public var task: String?
  /// nil: `error` for this program's own format, `count` for others.
  public var unmatched: Unmatched?
  /// Whether judgements in the files are left aside, so that the task's verifier judges every answer.
  public var rejudge: Bool

  public init(
    format: SampleFormat = .auto, filter: String? = nil, scorer: String? = nil, fields: FieldMap? = nil,
    decoding: Decoding? = nil, task: String? = nil, unmatched: Unmatched? = nil, rejudge: Bool = false
  ) {
    self.format = format
    self.filter = filter
    self.scorer = scorer
    self.fields = fields
    self.decoding = decoding
    self.task = task
    self.unmatched = unmatched
    self.rejudge = rejudge
  }
}

extension ImportOptions {
  /// - Throws: `RowFault` for an option that a file of `format` has no use for.
  func check(_ format: SampleFormat) throws {
    if self.format != .auto, self.format != format {
      throw RowFault("is of format \(format.rawValue), not \(self.format.rawValue); leave out --format")
    }
    if filter != nil, format != .lmEval {
      throw RowFault("is of format \(format.rawValue), which has no filters; leave out --filter")
    }
    if scorer != nil, ![.lmEval, .inspect, .evalPlus].contains(format) {
      throw RowFault("is of format \(format.rawValue), which has no scorers; leave out --scorer")
    }
    let roles: Set<FieldMap.Role> =
      switch format {
      case .fields: Set(FieldMap.Role.allCases).subtracting([.customID])
      case .lmEval: [.problemID]
      case .openAIBatch: [.customID]
      default: []
      }
    if let role = fields?.firstRole(besides: roles) {
      throw RowFault(
        "is of format \(format.rawValue), where --fields cannot name '\(role.rawValue)'; leave it out")
    }
  }

  /// - Throws: `RowFault` for a scorer that EvalPlus has not.
  func tests() throws -> ProgramReader.Tests {
    guard let scorer else { return .base }
    guard let tests = ProgramReader.Tests(rawValue: scorer) else {
      throw RowFault("has no scorer '\(scorer)'; EvalPlus has base and plus")
    }
    return tests
  }
}
