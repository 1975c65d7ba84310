import Core

/// How the samples of a file were decoded: as each row tells, as the user says, or by their number.
struct Decodings: Sendable {
  /// Said of this very file, which goes above what its rows tell.
  private let ofFile: Decoding?
  /// Where the rows do not tell.
  private let otherwise: Decoding?
  /// What was taken without being told by anybody.
  let assumed: Decoding?

  /// A file that does not tell and has one answer a problem is taken as greedy, any other as sampled.
  ///
  /// - Throws: `InputError` for such a file that can be read but once.
  init(_ file: IterationFile, _ opened: SampleFile, options: ImportOptions, of samples: SampleImport) async throws {
    ofFile = file.decoding
    guard ofFile == nil, options.decoding == nil, !opened.reader.tellsDecoding else {
      (otherwise, assumed) = (options.decoding, nil)
      return
    }
    guard opened.isRepeatable else {
      throw InputError(
        file: opened.name, "does not tell how the answers were decoded; add --decoding greedy or --decoding sampled")
    }
    assumed = try await samples.hasSeveralAnswers(file.path) ? .sampled : .greedy
    otherwise = assumed
  }

  func decoding(of sample: ImportedSample) -> Decoding? { ofFile ?? sample.decoding ?? otherwise }
}

extension SampleImport {
  /// Whether some problem has more than one answer in the file, which is read up to there.
  func hasSeveralAnswers(_ path: String) async throws -> Bool {
    struct Found: Error {}
    var file = try reopen(path)
    let (name, reader) = (file.name, file.reader)
    var seen: Set<Int> = []
    do {
      try await OrderedPipeline.run(width: width) {
        try file.next()
      } work: { [self] block in
        rows(of: block, of: reader, name: name).samples.map(\.sample.position)
      } deliver: { positions in
        for position in positions where !seen.insert(position).inserted { throw Found() }
      }
    } catch is Found {
      return true
    }
    return false
  }
}
