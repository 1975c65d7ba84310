import Foundation

/// How many threads decode how many sequences together, and the memory that takes: from sizes alone, before any is taken.
package struct GenerationPlan: Sendable, Hashable {
  private let configuration: ModelConfiguration
  /// Threads that take sequences of their own; one where all share every product.
  package let workers: Int
  /// Sequences that a worker decodes together.
  package let capacity: Int
  /// Threads that share the products of the one worker.
  private let sharers: Int
  /// Positions that a sequence's own keys and values have room for.
  let answerTokens: Int
  let promptTokens: Int
  private let requestCount: Int
  private let sampleCount: Int

  /// Tokens of a prompt that are read at a time.
  static let promptRows = 240
  static let cachesTogether = 8
  /// Numbers of the prompts that memory is taken for at a time: 16 MiB, in which huge pages waste little.
  private static let prefixNumbersTogether = 4 << 20

  /// - Parameter promptTokens: Of the longest prompt.
  package init(
    _ configuration: ModelConfiguration, sharesProducts: Bool, requestCount: Int, sampleCount: Int, promptTokens: Int,
    _ settings: GenerationSettings
  ) {
    let c = configuration
    self.configuration = c
    workers = sharesProducts ? 1 : max(1, min(settings.threads, settings.batchSize, sampleCount))
    sharers = workers == 1 ? max(1, settings.threads) : 1
    answerTokens = min(settings.maxTokens, c.maxPositionCount)
    // Keys and values that take a quarter of the machine's memory.
    let bytes = Double(MemoryLayout<Float>.stride) * max(1, KeyValueCache.floatCount(c, capacity: answerTokens))
    let limit = Int(Double(ProcessInfo.processInfo.physicalMemory) / 4 / bytes)
    capacity = max(1, min(settings.batchSize / workers, limit / workers, sampleCount))
    self.promptTokens = promptTokens
    self.requestCount = requestCount
    self.sampleCount = sampleCount
  }

  /// Rows that a pass has room for.
  var passRows: Int { max(capacity, Self.promptRows) }

  /// Prompts whose keys and values a worker holds at a time, at most.
  private var promptCount: Int { min(min(capacity, sampleCount) + 1, requestCount) }

  /// Prompts that a worker takes memory for at a time.
  package var prefixesTogether: Int {
    let size = max(1, SharedPrefix.floatCount(configuration, count: promptTokens))
    return max(1, min(Self.cachesTogether, promptCount, Self.prefixNumbersTogether / size))
  }

  /// Keys and values in bytes: of the sequences, of the prompts that they share, and of the prompt that is read.
  package var keyValueBytes: Int {
    let c = configuration
    let together = min(capacity, sampleCount)
    let caches = (together + Self.cachesTogether - 1) / Self.cachesTogether * min(Self.cachesTogether, together)
    let prompts = (promptCount + prefixesTogether - 1) / prefixesTogether * prefixesTogether
    let floats =
      Double(caches) * KeyValueCache.floatCount(c, capacity: answerTokens)
      + Double(prompts) * Double(SharedPrefix.floatCount(c, count: promptTokens))
      + KeyValueCache.floatCount(c, capacity: promptTokens)
    return Self.bytes(Double(workers) * floats)
  }

  /// Of so many numbers; what a damaged configuration asks for may be above every integer.
  private static func bytes(_ floatCount: Double) -> Int {
    let bytes = floatCount * Double(MemoryLayout<Float>.stride)
    return bytes < 0x1p62 ? Int(bytes) : .max
  }

  /// Everything else that the passes work in, in bytes.
  package var workspaceBytes: Int {
    let c = configuration
    let rotary = Double(min(promptTokens + answerTokens, c.maxPositionCount)) * Double(c.headDimension)
    let pass = InferencePass.floatCount(c, rows: passRows, logitRows: capacity, threads: sharers)
    return Self.bytes(rotary + Double(workers) * Double(pass + (sharers + 1) * c.vocabularySize))
  }
}

extension MemoryNeed {
  /// What sampling takes.
  ///
  /// - Parameters:
  ///   - storedBytes: Of the files of weights.
  ///   - isMerged: Whether an adapter is merged, which makes float32 weights of their own first.
  package static func sampling(
    _ configuration: ModelConfiguration, storedBytes: Int, isMerged: Bool, requestCount: Int, sampleCount: Int,
    promptTokens: Int, _ settings: GenerationSettings
  ) -> MemoryNeed {
    let count = ParameterLayout(configuration).count
    let float32 = count * MemoryLayout<Float>.stride
    let sizes = InferenceSizes()
    let packs = isMerged || storedBytes >= float32 || count <= sizes.widenedParameters
    let plan = GenerationPlan(
      configuration, sharesProducts: (packs ? float32 : storedBytes) > sizes.sharedBytes, requestCount: requestCount,
      sampleCount: sampleCount, promptTokens: promptTokens, settings)
    return MemoryNeed(
      "sampling",
      [
        Part("weights", (isMerged ? float32 : 0) + (packs ? float32 : 0)),
        Part("keys and values", plan.keyValueBytes), Part("workspace", plan.workspaceBytes),
      ], mappedBytes: storedBytes, threads: settings.threads)
  }
}
