import Foundation
import Synchronization

/// Turns texts into unit vectors by a BERT-type sentence encoder, as sentence-transformers computes them in float32.
public final class SentenceEncoder: Sendable {
  /// Tokens that a thread runs together unless told otherwise.
  public static let defaultBatchTokens = 1_024

  /// What messages call the encoder.
  private let folder: URL
  private let modules: SentenceModules
  private let model: EncoderModel
  private let tokenizer: Tokenizer
  /// Tokens that surround a text.
  private let prefix, suffix: [Int32]
  /// Tokens of a text, special ones included; the rest of a longer one is left out.
  public let maximumTokenCount: Int

  /// Numbers of an embedding.
  public var dimension: Int { model.configuration.hiddenSize }
  public var configuration: EncoderConfiguration { model.configuration }

  /// - Parameter folder: A sentence-transformers folder, or a plain BERT in the Hugging Face layout.
  /// - Throws: `ModelError` naming the file and what is missing, damaged, contradictory or not supported.
  public init(contentsOf folder: URL) throws {
    self.folder = folder
    modules = try SentenceModules(contentsOf: folder)
    let place = modules.transformerFolder
    model = try EncoderModel(contentsOf: place)
    tokenizer = try Tokenizer(contentsOf: place)
    let c = model.configuration
    guard tokenizer.vocabularySize <= c.vocabularySize else {
      throw ModelError(
        .badInput, file: place.path,
        "the tokenizer has \(tokenizer.vocabularySize) tokens and the model \(c.vocabularySize); use the tokenizer that "
          + "belongs to the model")
    }
    prefix = tokenizer.prefixIDs.map(Int32.init)
    suffix = tokenizer.suffixIDs.map(Int32.init)
    maximumTokenCount = min(modules.maximumTokenCount ?? c.positionCount, c.positionCount)
    guard prefix.count + suffix.count <= maximumTokenCount, !prefix.isEmpty || !suffix.isEmpty else {
      throw ModelError(
        .badInput, file: place.path,
        "the tokenizer adds \(prefix.count + suffix.count) special tokens to a text of at most \(maximumTokenCount) "
          + "tokens; an encoder needs at least one, and room for them")
    }
  }

  /// The tokens of a text: its special ones around as many of its own as the encoder takes.
  public func tokens(of text: String) -> [Int32] {
    var text = modules.prompt + text
    if modules.lowercases { text = text.unicodeScalars.map(\.properties.lowercaseMapping).joined() }
    let own = tokenizer.encode(text).prefix(maximumTokenCount - prefix.count - suffix.count)
    return prefix + own.map(Int32.init) + suffix
  }

  /// The unit vectors of `texts`, in their order.
  ///
  /// A vector depends on its text only: its bits are the same whatever the other texts, the threads and the batch. Texts
  /// with the same tokens are run once.
  ///
  /// - Parameter batchTokens: Tokens that a thread runs together; a longer text is run alone.
  /// - Throws: `ModelError` where a vector has no direction, which damaged weights can make.
  public func embed(
    _ texts: [String], threads: Int, batchTokens: Int = SentenceEncoder.defaultBatchTokens
  ) throws -> [[Float]] {
    let sequences = tokenize(texts, threads: threads)
    var places: [[Int32]: Int] = [:]
    var distinct: [[Int32]] = []
    let placeOfText = sequences.map { sequence in
      if let place = places[sequence] { return place }
      places[sequence] = distinct.count
      distinct.append(sequence)
      return distinct.count - 1
    }
    let vectors = embed(distinct, threads: threads, batchTokens: batchTokens)
    if let text = placeOfText.firstIndex(where: { vectors[$0].isEmpty }) {
      throw ModelError(
        .badInput, file: folder.path,
        "gives text \(text + 1) of \(texts.count) a vector without direction (zero or not finite); its weights are damaged"
      )
    }
    return placeOfText.map { vectors[$0] }
  }

  private func tokenize(_ texts: [String], threads: Int) -> [[Int32]] {
    let size = 32
    let pieces = Mutex<[Int: [[Int32]]]>([:])
    let count = (texts.count + size - 1) / size
    ComputePool.forEach(count, threads: threads) { _, piece in
      let sequences = texts[piece * size..<min((piece + 1) * size, texts.count)].map { tokens(of: $0) }
      pieces.withLock { $0[piece] = sequences }
    }
    return pieces.withLock { pieces in (0..<count).flatMap { pieces[$0] ?? [] } }
  }

  /// The vectors of token sequences; an empty one where there is no direction.
  private func embed(_ sequences: [[Int32]], threads: Int, batchTokens: Int) -> [[Float]] {
    // Long ones first: the threads finish together. Which texts share a batch changes no bit.
    let order = sequences.indices.sorted {
      (sequences[$1].count, $0) < (sequences[$0].count, $1)
    }
    let ordered = order.map { sequences[$0] }
    let batches = Self.batches(ordered, batchTokens)
    let passes = (0..<max(1, min(threads, batches.count))).map { _ in EncoderPass(model) }
    let found = Mutex([[Float]](repeating: [], count: sequences.count))
    ComputePool.forEach(batches.count, threads: threads) { worker, index in
      let batch = ordered[batches[index]]
      let vectors = pooled(passes[worker].run(batch), batch)
      found.withLock { found in for (place, vector) in zip(order[batches[index]], vectors) { found[place] = vector } }
    }
    return found.withLock { $0 }
  }

  /// Consecutive sequences of at most `tokens` tokens together.
  private static func batches(_ sequences: [[Int32]], _ tokens: Int) -> [Range<Int>] {
    var batches: [Range<Int>] = []
    var start = 0
    var count = 0
    for (index, sequence) in sequences.enumerated() {
      if index > start, count + sequence.count > tokens {
        batches.append(start..<index)
        (start, count) = (index, 0)
      }
      count += sequence.count
    }
    if start < sequences.count { batches.append(start..<sequences.count) }
    return batches
  }

  /// One unit vector a sequence.
  private func pooled(_ hidden: FloatView, _ sequences: ArraySlice<[Int32]>) -> [[Float]] {
    var row = 0
    return sequences.map { tokens in
      let rows = hidden.slice(row * dimension, tokens.count * dimension)
      row += tokens.count
      let first = rows.prefix(dimension)
      if modules.pooling == .mean {
        // The length of the sum is as good as that of the mean: a unit vector is made of it.
        for other in 1..<max(tokens.count, 1) {
          Kernel.add(dimension, rows.slice(other * dimension, dimension), to: first)
        }
      }
      let length = Kernel.sumOfSquares(first).squareRoot()
      guard length > 0, length.isFinite else { return [] }
      return (0..<dimension).map { Float(Double(first[$0]) / length) }
    }
  }
}
