import Core

/// Numbers the samples of one iteration over all its files, finds those that occur twice, and counts what was read.
struct SampleLedger {
  /// Samples with a higher index are refused.
  static let indexLimit = Int(Int32.max)

  private let problems: ProblemFile
  private var files: [String] = []
  /// Where each sample stands: its file and, in a file of lines, its line.
  private var places: [UInt64: UInt64] = [:]
  /// The next index of samples that come without one, by problem and decoding.
  private var nextIndex: [UInt32]
  /// By problem and decoding.
  private var counts: [UInt32]
  private(set) var judgedByFile = 0
  private(set) var rowCount = 0
  private(set) var failedRowCount = 0
  private(set) var ignoredFilters: [String: Int] = [:]
  private(set) var unknownRowCount = 0
  /// At most as many names are kept as the problems of the largest benchmarks.
  private(set) var unknownNames: Set<String> = []

  init(problems: ProblemFile) {
    self.problems = problems
    nextIndex = [UInt32](repeating: 0, count: 2 * problems.all.count)
    counts = nextIndex
  }

  /// Samples that were taken.
  var sampleCount: Int { counts.reduce(0) { $0 + Int($1) } }

  mutating func begin(file: String) { files.append(file) }

  /// Notes what a block of the file that was begun last holds beside its samples.
  mutating func count(_ block: RowSamples) {
    rowCount += block.rowCount
    failedRowCount += block.failedRowCount
    ignoredFilters.merge(block.ignoredFilters, uniquingKeysWith: +)
    unknownRowCount += block.unknown.count
    for (name, _) in block.unknown { unknownNames.insert(name) }
  }

  /// The sample's index, its own or the next.
  ///
  /// - Throws: `InputError` for an index that is out of bounds or has occurred for this problem and decoding.
  mutating func add(
    _ sample: ImportedSample, _ decoding: Decoding, at place: RowBlock.Place, isJudged: Bool
  ) throws -> Int {
    let slot = 2 * sample.position + (decoding == .greedy ? 0 : 1)
    let packed = pack(place)
    counts[slot] += 1
    if isJudged { judgedByFile += 1 }
    guard let index = sample.sampleIndex else {
      // Another file may have named the index.
      while places[Self.key(slot, Int(nextIndex[slot]))] != nil { nextIndex[slot] += 1 }
      let index = Int(nextIndex[slot])
      places[Self.key(slot, index)] = packed
      nextIndex[slot] += 1
      return index
    }
    let id = problems.all[sample.position].id
    guard (0...Self.indexLimit).contains(index) else {
      throw place.error(
        in: files[files.count - 1], "the sample index \(index) of problem '\(id)' is not in 0 … \(Self.indexLimit)")
    }
    if let earlier = places.updateValue(packed, forKey: Self.key(slot, index)) {
      throw place.error(
        in: files[files.count - 1],
        "the \(decoding) sample \(index) of problem '\(id)' is that of \(name(of: earlier)) too; give every sample of a "
          + "problem its own sample_index")
    }
    return index
  }

  // MARK: Counts

  func total(_ decoding: Decoding) -> Int { counts(decoding).reduce(0, +) }

  func problemCount(without decoding: Decoding) -> Int { counts(decoding).count { $0 == 0 } }

  /// Over the problems that have samples; nil where none has.
  var sampleCounts: ClosedRange<Int>? {
    let present = counts(.sampled).filter { $0 > 0 }
    guard let smallest = present.min(), let largest = present.max() else { return nil }
    return smallest...largest
  }

  private func counts(_ decoding: Decoding) -> [Int] {
    stride(from: decoding == .greedy ? 0 : 1, to: counts.count, by: 2).map { Int(counts[$0]) }
  }

  // MARK: Places

  private static func key(_ slot: Int, _ index: Int) -> UInt64 { UInt64(slot) << 32 | UInt64(index) }

  /// The file in the upper 16 bits; below, the line, or 0 in a file that is not of lines.
  private func pack(_ place: RowBlock.Place) -> UInt64 {
    let file = UInt64(files.count - 1) << 48
    return if case .line(let line) = place { file | UInt64(line) } else { file }
  }

  private func name(of packed: UInt64) -> String {
    let file = Int(packed >> 48)
    let line = packed & 0xffff_ffff_ffff
    if line == 0 { return file == files.count - 1 ? "another in this file" : "one in \(files[file])" }
    return file == files.count - 1 ? "line \(line)" : "\(files[file]):\(line)"
  }
}
