import Foundation
import Synchronization

/// Draws completions from a model: continuous batching, one prefill for all samples of a prompt.
///
/// A sample's bits depend on the model, its prompt, the seed, its request's id and its index only. Each thread decodes a
/// share of the sequences and waits for no other: it takes the next prompt's samples as its own end.
public struct Generator: Sendable {
  private let model: InferenceModel
  private let tokenBytes: @Sendable (Int32) -> [UInt8]

  /// Packs the model's weights, so a generator is worth keeping.
  ///
  /// - Parameter tokenBytes: The bytes a token stands for; none for a special token.
  public init(_ model: Model, tokenBytes: @escaping @Sendable (Int32) -> [UInt8]) {
    self.init(model, InferenceSizes(), tokenBytes: tokenBytes)
  }

  package init(_ model: Model, _ sizes: InferenceSizes, tokenBytes: @escaping @Sendable (Int32) -> [UInt8]) {
    self.model = InferenceModel(model, sizes)
    self.tokenBytes = tokenBytes
  }

  /// The samples of every request, ordered by sample index.
  ///
  /// - Parameters:
  ///   - onFinish: Called for each finished sample, from any thread.
  ///   - isCancelled: Asked before each step; true ends the call with `CancellationError`.
  /// - Throws: `ModelError` for an empty prompt or one that leaves no room for an answer.
  public func generate(
    _ requests: [GenerationRequest], _ settings: GenerationSettings, onFinish: @Sendable (Int, Generation) -> Void,
    isCancelled: @Sendable () -> Bool = { false }
  ) throws -> [[Generation]] {
    for request in requests { try check(request, settings) }
    let sampleCount = requests.reduce(0) { $0 + $1.sampleIndices.count }
    let longest = requests.map(\.promptTokens.count).max() ?? 0
    let plan = GenerationPlan(
      model.configuration, sharesProducts: model.sharesProducts, requestCount: requests.count,
      sampleCount: sampleCount, promptTokens: longest, settings)
    let rotary = RotaryTables(
      model.configuration, positionCount: min(longest + plan.answerTokens, model.configuration.maxPositionCount))
    let queue = WorkQueue(requests, share: plan.capacity)
    let results = Mutex([[Generation]](repeating: [], count: requests.count))
    @Sendable func work(_ gang: Gang?) {
      var worker = Worker(model, rotary, requests, settings, plan, gang: gang, tokenBytes: tokenBytes)
      worker.run(queue, isCancelled: isCancelled) { request, generation in
        results.withLock { $0[request].append(generation) }
        onFinish(request, generation)
      }
    }
    if plan.workers == 1 && settings.threads > 1 {
      // A single sequence at a time, or a model too large for the caches: the threads share its matrix products.
      Gang.run(count: settings.threads, work)
    } else {
      ComputePool.forEach(plan.workers, threads: plan.workers) { _, _ in work(nil) }
    }
    if isCancelled() { throw CancellationError() }
    return results.withLock { $0.map { $0.sorted { $0.sampleIndex < $1.sampleIndex } } }
  }

  private func check(_ request: GenerationRequest, _ settings: GenerationSettings) throws {
    let limit = model.configuration.maxPositionCount
    if request.promptTokens.isEmpty {
      throw ModelError(.badInput, "the prompt '\(request.id)' is empty; give it at least one token")
    }
    if request.promptTokens.count >= limit {
      throw ModelError(
        .badInput,
        "the prompt '\(request.id)' has \(request.promptTokens.count) tokens, and the model takes \(limit) with the "
          + "answer; shorten the prompt")
    }
  }
}

/// The samples that are still to be drawn, handed out in parts of one prompt each.
private final class WorkQueue: Sendable {
  struct Part {
    let request: Int
    let sampleIndices: Range<Int>
  }

  private let parts: [Part]
  private let next = Atomic<Int>(0)

  init(_ requests: [GenerationRequest], share: Int) {
    parts = requests.indices.flatMap { request in
      let samples = requests[request].sampleIndices
      return stride(from: samples.lowerBound, to: samples.upperBound, by: share).map {
        Part(request: request, sampleIndices: $0..<min($0 + share, samples.upperBound))
      }
    }
  }

  func take() -> Part? {
    let index = next.add(1, ordering: .relaxed).oldValue
    return index < parts.count ? parts[index] : nil
  }
}

/// One thread's share of the decoding.
private struct Worker {
  private let model: InferenceModel
  private let requests: [GenerationRequest]
  private let settings: GenerationSettings
  private let plan: GenerationPlan
  private let tokenBytes: (Int32) -> [UInt8]
  private let pass: InferencePass
  private let endTokens: Set<Int32>
  private let stop: [[UInt8]]
  private let scratch: [FloatView]
  private var active: [GeneratedSequence] = []
  private var free: [KeyValueCache] = []
  private let prefixes: PrefixPool
  /// The prompt read last, and the logits after it.
  private var prompt: (request: Int, prefix: SharedPrefix, logits: FloatView)?
  /// How many sequences this thread will decode together at most.
  private let together: Int
  private var waiting: (part: WorkQueue.Part, next: Int)?

  init(
    _ model: InferenceModel, _ rotary: RotaryTables, _ requests: [GenerationRequest], _ settings: GenerationSettings,
    _ plan: GenerationPlan, gang: Gang?, tokenBytes: @escaping (Int32) -> [UInt8]
  ) {
    self.model = model
    self.requests = requests
    self.settings = settings
    self.plan = plan
    self.tokenBytes = tokenBytes
    pass = InferencePass(
      model, rotary, rows: plan.passRows, logitRows: plan.capacity, gang: gang)
    prefixes = PrefixPool(
      model.configuration, promptTokens: plan.promptTokens, together: plan.prefixesTogether)
    endTokens = Set(model.configuration.eosTokenIDs.map(Int32.init))
    stop = settings.stop.map { Array($0.utf8) }
    together = min(plan.capacity, requests.reduce(0) { $0 + $1.sampleIndices.count })
    scratch = (0..<(gang?.count ?? 1)).map { _ in
      FloatView(FloatBuffer(count: model.configuration.vocabularySize))
    }
  }

  mutating func run(_ queue: WorkQueue, isCancelled: () -> Bool, _ finish: (Int, Generation) -> Void) {
    while !isCancelled() {
      admit(queue, finish)
      if active.isEmpty { return }
      let logits = pass.run(active.map(\.row), .decoding, logitRows: active.count)
      let draws = draw(logits)
      var kept: [GeneratedSequence] = []
      kept.reserveCapacity(active.count)
      for (var sequence, draw) in zip(active, draws) {
        if let generation = append(draw, to: &sequence) {
          finish(sequence.request, generation)
          free.append(sequence.cache)
        } else {
          kept.append(sequence)
        }
      }
      active = kept
    }
  }

  /// Starts samples while there is room for them.
  private mutating func admit(_ queue: WorkQueue, _ finish: (Int, Generation) -> Void) {
    while active.count < plan.capacity {
      if waiting == nil { waiting = queue.take().map { ($0, $0.sampleIndices.lowerBound) } }
      guard let (part, index) = waiting else { return }
      let read = prompt(part.request)
      let count = requests[part.request].promptTokens.count
      let limit = min(settings.maxTokens, model.configuration.maxPositionCount - count)
      var sequence = GeneratedSequence(
        request: part.request, id: requests[part.request].id, sampleIndex: index, prefix: read.prefix,
        cache: freeCache(), limit: limit, seed: settings.seed)
      let uniform = sequence.nextUniform()
      let draw = GeneratedSequence.Draw(read.logits, settings, uniform: uniform, scratch: scratch[0])
      if let generation = append(draw, to: &sequence) {
        finish(part.request, generation)
        free.append(sequence.cache)
      } else {
        active.append(sequence)
      }
      waiting = index + 1 < part.sampleIndices.upperBound ? (part, index + 1) : nil
    }
  }

  private mutating func freeCache() -> KeyValueCache {
    if free.isEmpty {
      free = KeyValueCache.caches(
        model.configuration, capacity: plan.answerTokens, count: min(GenerationPlan.cachesTogether, together))
    }
    return free.removeLast()
  }

  /// The next token of every active sequence, from its row of `logits`.
  private mutating func draw(_ logits: FloatView) -> [GeneratedSequence.Draw] {
    let vocabulary = model.configuration.vocabularySize
    let uniforms = active.indices.map { active[$0].nextUniform() }
    let shares = Mutex([Int: [GeneratedSequence.Draw]]())
    pass.split { member, count in
      let rows = uniforms.count * member / count..<uniforms.count * (member + 1) / count
      let draws = rows.map {
        GeneratedSequence.Draw(
          logits.slice($0 * vocabulary, vocabulary), settings, uniform: uniforms[$0], scratch: scratch[member])
      }
      shares.withLock { $0[rows.lowerBound] = rows.isEmpty ? $0[rows.lowerBound] : draws }
    }
    return shares.withLock { $0.sorted { $0.key < $1.key }.flatMap(\.value) }
  }

  private func append(_ draw: GeneratedSequence.Draw, to sequence: inout GeneratedSequence) -> Generation? {
    sequence.append(draw, settings: settings, endTokens: endTokens, stop: stop, tokenBytes: tokenBytes)
  }

  /// Reads a prompt unless it is the one read last.
  private mutating func prompt(_ request: Int) -> (request: Int, prefix: SharedPrefix, logits: FloatView) {
    if let prompt, prompt.request == request { return prompt }
    let tokens = requests[request].promptTokens
    let cache = KeyValueCache(model.configuration, capacity: tokens.count)
    let kept = FloatView(FloatBuffer(count: model.configuration.vocabularySize))
    for first in stride(from: 0, to: tokens.count, by: GenerationPlan.promptRows) {
      let last = min(first + GenerationPlan.promptRows, tokens.count)
      let rows = (first..<last).map {
        InferencePass.Row(token: tokens[$0], position: $0, prefix: nil, cache: cache, index: $0)
      }
      let logits = pass.run(rows, .prefill, logitRows: last == tokens.count ? 1 : 0)
      if last == tokens.count { Kernel.copy(kept.count, logits, to: kept) }
    }
    let prefix = SharedPrefix(model.configuration, cache, count: tokens.count, pool: prefixes)
    let made = (request: request, prefix: prefix, logits: kept)
    prompt = made
    return made
  }
}
