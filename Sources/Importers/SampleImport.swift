import Core
import Foundation

/// Reads the files of one iteration, any format, as a stream: memory holds a few blocks of a file at a time.
package struct SampleImport: Sendable {
  /// The verdict on an answer without one.
  package typealias Judge = @Sendable (_ text: String, _ problem: Problem) async throws -> Verdict

  private let problems: ProblemFile
  private let matcher: ProblemMatcher
  private let options: ImportOptions
  private let threads: Int

  /// - Parameter threads: Blocks read and judged at a time; the result does not depend on it.
  package init(problems: ProblemFile, options: ImportOptions, threads: Int) {
    self.problems = problems
    matcher = ProblemMatcher(problems.all)
    self.options = options
    self.threads = threads
  }

  /// Hands every sample of `files` to `deliver`, in the order of the files and their rows, and returns what was read.
  ///
  /// - Throws: `InputError` naming file and line: a file that cannot be read, a bad row, a sample that occurs twice, one
  ///   for a problem that is not known where that is an error, or an iteration without any sample.
  package func read(
    _ files: [IterationFile], isOutOfDistribution: Bool = false, judge: @escaping Judge,
    deliver: (JudgedCompletion) throws -> Void
  ) async throws -> AuditResult.Input {
    var ledger = SampleLedger(problems: problems)
    var description = Description()
    for file in files {
      let opened = try SampleFile(file.path, options: options, parts: 8 * threads)
      let decoding = try await Decodings(file, opened, options: options, of: self)
      description.add(opened, decoding)
      try await read(opened, decoding, into: &ledger, judge: judge, deliver: deliver)
    }
    return try summary(of: files, isOutOfDistribution: isOutOfDistribution, description, ledger)
  }

  private func read(
    _ file: SampleFile, _ decodings: Decodings, into ledger: inout SampleLedger, judge: @escaping Judge,
    deliver: (JudgedCompletion) throws -> Void
  ) async throws {
    var file = file
    let (name, reader, problems) = (file.name, file.reader, problems.all)
    let rejudge = options.rejudge
    let countBefore = ledger.sampleCount
    ledger.begin(file: name)
    try await OrderedPipeline.run(width: threads) {
      try file.next()
    } work: { [self] block in
      var samples = rows(of: block, of: reader, name: name)
      var isJudged = [Bool](repeating: true, count: samples.samples.count)
      for index in samples.samples.indices {
        let sample = samples.samples[index].sample
        guard sample.verdict == nil || rejudge else { continue }
        isJudged[index] = false
        samples.judge(index, try await judge(sample.text, problems[sample.position]))
      }
      return (samples, isJudged)
    } deliver: { samples, isJudged in
      ledger.count(samples)
      try refuseUnknown(samples, of: reader.format, in: name)
      for (isJudged, (sample, place)) in zip(isJudged, samples.samples) {
        guard let decoding = decodings.decoding(of: sample), let verdict = sample.verdict else {
          preconditionFailure("a file that does not tell the decoding was given one, and every answer was judged")
        }
        let index = try ledger.add(sample, decoding, at: place, isJudged: isJudged)
        try deliver(
          JudgedCompletion(
            completion: Completion(
              problemID: problems[sample.position].id, sampleIndex: index, decoding: decoding, text: sample.text,
              finishReason: sample.finishReason, tokenCount: sample.tokenCount,
              logProbability: sample.logProbability), verdict: verdict))
      }
      if let failure = samples.failure { throw failure }
    }
    if ledger.sampleCount == countBefore { throw noSamples(in: name, ledger) }
  }

  /// The samples of the rows of `block`, up to the first bad one.
  func rows(of block: RowBlock, of reader: any RowReader, name: String) -> RowSamples {
    var samples = RowSamples(matcher)
    for row in block.rows {
      samples.begin(row.place)
      do {
        try reader.read(
          block.object(row, allowsNonFiniteNumbers: reader.allowsNonFiniteNumbers), into: &samples)
      } catch {
        samples.failure = row.place.complaint(error, in: name)
        break
      }
    }
    return samples
  }

  var width: Int { threads }

  func reopen(_ path: String) throws -> SampleFile { try SampleFile(path, options: options, parts: 8 * threads) }

  // MARK: What does not match

  private func refuseUnknown(_ samples: RowSamples, of format: SampleFormat, in file: String) throws {
    guard let first = samples.unknown.first,
      (options.unmatched ?? (format == .reversal ? .error : .count)) == .error
    else { return }
    throw first.place.error(
      in: file,
      "the problem '\(first.name.visible(limit: 80))' is not in \(problems.name); add it there, remove the sample, or count such samples "
        + "with --unmatched count")
  }

  private func noSamples(in file: String, _ ledger: SampleLedger) -> InputError {
    if !ledger.ignoredFilters.isEmpty, let filter = options.filter {
      let names = ledger.ignoredFilters.keys.sorted().joined(separator: ", ").visible()
      return InputError(file: file, "has no rows of the filter '\(filter)'; choose one of its own: \(names)")
    }
    if let name = ledger.unknownNames.min() {
      let known = problems.all.first.map { ", but '\($0.id)'" } ?? ""
      return InputError(
        file: file,
        "answers no problem of \(problems.name): '\(name.visible(limit: 80))' is not there\(known); give the file of the problems that it "
          + "answers")
    }
    return InputError(file: file, "holds no answers: all its \(ledger.failedRowCount) rows failed; sample again")
  }

  // MARK: Description

  /// What the files of an iteration are.
  private struct Description {
    var formats: [String] = []
    var judgements: [String] = []
    var assumedDecodings: [String] = []

    mutating func add(_ file: SampleFile, _ decodings: Decodings) {
      let name = URL(filePath: file.name).lastPathComponent
      formats.append(file.reader.format.rawValue)
      if let judgement = file.reader.judgement, !judgements.contains(judgement) {
        judgements.append(judgement.visible(limit: 80))
      }
      if let assumed = decodings.assumed { assumedDecodings.append("\(name): \(assumed)") }
    }
  }

  private func summary(
    of files: [IterationFile], isOutOfDistribution: Bool, _ description: Description, _ ledger: SampleLedger
  ) throws -> AuditResult.Input {
    AuditResult.Input(
      iteration: files.first?.iteration ?? 1, isOutOfDistribution: isOutOfDistribution,
      files: files.map { $0.path == "-" ? "standard input" : URL(filePath: $0.path).lastPathComponent },
      formats: description.formats, judgements: ledger.judgedByFile == 0 ? [] : description.judgements,
      rows: ledger.rowCount,
      greedy: ledger.total(.greedy), sampled: ledger.total(.sampled), judgedByFile: ledger.judgedByFile,
      assumedDecodings: description.assumedDecodings, problems: problems.all.count,
      problemsWithoutGreedy: ledger.problemCount(without: .greedy),
      problemsWithoutSamples: ledger.problemCount(without: .sampled),
      smallestSampleCount: ledger.sampleCounts?.lowerBound, largestSampleCount: ledger.sampleCounts?.upperBound,
      unknownProblems: ledger.unknownNames.count, unknownRows: ledger.unknownRowCount,
      failedRows: ledger.failedRowCount,
      ignoredFilters: ledger.ignoredFilters.sorted { $0.key < $1.key }
        .map { .init(name: $0.key.visible(limit: 80), rows: $0.value) })
  }
}
