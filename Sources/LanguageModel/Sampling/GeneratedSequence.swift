import Randomness

/// A completion in the making.
struct GeneratedSequence {
  let request: Int
  let sampleIndex: Int
  let prefix: SharedPrefix
  let cache: KeyValueCache
  let limit: Int
  private var stream: RandomStream
  private(set) var tokens: [Int32] = []
  private var bytes: [UInt8] = []
  /// Length of `bytes` after each token.
  private var ends: [Int] = []
  private var logProbability = 0.0

  init(
    request: Int, id: String, sampleIndex: Int, prefix: SharedPrefix, cache: KeyValueCache,
    limit: Int, seed: UInt64
  ) {
    self.request = request
    self.sampleIndex = sampleIndex
    self.prefix = prefix
    self.cache = cache
    self.limit = limit
    stream = RandomStream(seed: seed, "sample", id).child(sampleIndex)
  }

  /// The row that reads the last token.
  var row: InferencePass.Row {
    InferencePass.Row(
      token: tokens[tokens.count - 1], position: prefix.count + tokens.count - 1, prefix: prefix, cache: cache,
      index: tokens.count - 1)
  }

  /// A token and its log-probability at temperature 1 without top-p.
  struct Draw: Sendable {
    let token: Int
    let logProbability: Double

    init(_ logits: FloatView, _ settings: GenerationSettings, uniform: Double, scratch: FloatView) {
      token =
        settings.isGreedy
        ? Kernel.argmax(logits)
        : Kernel.sample(
          logits, temperature: settings.temperature, topP: settings.topP, uniform: uniform, scratch: scratch)
      logProbability = Double(logits[token] - Kernel.logSumExp(logits))
    }
  }

  /// The random number of the next draw.
  mutating func nextUniform() -> Double { stream.uniform() }

  /// Appends what was drawn; returns the completion when it is the last token.
  mutating func append(
    _ draw: Draw, settings: GenerationSettings, endTokens: Set<Int32>, stop: [[UInt8]],
    tokenBytes: (Int32) -> [UInt8]
  ) -> Generation? {
    let token = draw.token
    logProbability += draw.logProbability
    tokens.append(Int32(token))
    if endTokens.contains(Int32(token)) && !settings.ignoresEndOfSequence {
      return generation(tokens: tokens, bytes: bytes[...], isComplete: true)
    }
    let added = tokenBytes(Int32(token))
    bytes += added
    ends.append(bytes.count)
    if let cut = Self.firstOccurrence(of: stop, in: bytes, newBytes: added.count) {
      return generation(
        tokens: Array(tokens.prefix(ends.prefix { $0 <= cut }.count)), bytes: bytes[..<cut], isComplete: true)
    }
    return tokens.count == limit ? generation(tokens: tokens, bytes: bytes[...], isComplete: false) : nil
  }

  private func generation(tokens kept: [Int32], bytes: ArraySlice<UInt8>, isComplete: Bool) -> Generation {
    Generation(
      sampleIndex: sampleIndex, tokens: kept, text: String(decoding: bytes, as: UTF8.self), isComplete: isComplete,
      tokenCount: tokens.count, logProbability: logProbability)
  }

  /// Start of the first stop string that ends within the last `newBytes` bytes.
  static func firstOccurrence(of stop: [[UInt8]], in bytes: [UInt8], newBytes: Int) -> Int? {
    stop.compactMap { pattern -> Int? in
      guard newBytes > 0, !pattern.isEmpty, bytes.count >= pattern.count else { return nil }
      let first = max(0, bytes.count - newBytes - pattern.count + 1)
      return (first...(bytes.count - pattern.count)).first { bytes[$0..<$0 + pattern.count].elementsEqual(pattern) }
    }.min()
  }
}
