import ArgumentParser
import Core
import Importers

/// How the samples of an audit are read, where their files leave a choice.
struct ImportArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How samples are written: auto recognises \(SampleFormat.allCases.dropFirst().map(\.rawValue).joined(separator: ", "))."
    ))
  var format: SampleFormat = .auto

  @Option(
    help: ArgumentHelp(
      "The fields of rows of another format, as completion=output,problem_id=idx; dots lead into values.",
      valueName: "name=field,…"))
  var fields: String?

  @Option(help: "The filter of lm-evaluation-harness whose judgements are taken; the first of a file unless given.")
  var filter: String?

  @Option(
    help: "Whose judgement is taken: a scorer of Inspect, a metric of lm-evaluation-harness, base or plus of EvalPlus.")
  var scorer: String?

  @Flag(help: "Judge every answer by its problem's task, also where a file holds a judgement.")
  var rejudge = false

  @Option(
    help: ArgumentHelp(
      "How answers were decoded, greedy or sampled, in files that do not tell; unless given, one answer a problem is "
        + "taken as greedy.", valueName: "decoding"))
  var decoding: Decoding?

  @Option(help: "The task that judges answers to problems that come with their samples, where it cannot be told.")
  var task: String?

  @Option(
    help: "Samples for unknown problems: error, or count them and go on. Files of other tools are counted unless given."
  )
  var unmatched: ImportOptions.Unmatched?

  /// - Throws: `InputError` for fields that are not written as they must be.
  func options() throws -> ImportOptions {
    ImportOptions(
      format: format, filter: filter, scorer: scorer, fields: try fields.map { try FieldMap($0) }, decoding: decoding,
      task: task, unmatched: unmatched, rejudge: rejudge)
  }
}

extension SampleFormat: ExpressibleByArgument {}
extension ImportOptions.Unmatched: ExpressibleByArgument {}
extension Decoding: ExpressibleByArgument {}
