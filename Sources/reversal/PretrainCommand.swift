import ArgumentParser
import Core
import Foundation
import LanguageModel
import Tasks

/// Makes M_0 from nothing: the command that made the model the project ships.
struct PretrainCommand: ParsableCommand, InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Pretrain the embedded base model M_0 on a corpus generated from a seed.")

  @Option(help: "Folder of the finished model; it must not exist yet.") var out: String
  @Option(help: "Seed of the corpus and of the first weights.") var seed: UInt64 = 1
  @Option(help: "Optimizer steps.") var steps = 2400
  @Option(help: "Tokens a step.") var batchTokens = 4096
  @Option(help: "Peak learning rate of AdamW.") var learningRate = 4e-3
  @Option(help: "Width of the hidden states; a multiple of --heads.") var hiddenSize = 160
  @Option(help: "Transformer blocks.") var layers = 4
  @Option(help: "Attention heads of a block.") var heads = 5
  @Option(help: "Heads that keys and values are computed for; they divide --heads.") var keyValueHeads = 1
  @Option(help: "Width of the feed-forward layers.") var intermediateSize = 448
  @Option(help: "Tokens of the vocabulary at most.") var vocabularySize = 640
  @Option(help: "Processor cores; does not change a result.") var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    if steps < 1 { throw ValidationError("--steps is \(steps); give 1 or more") }
    if batchTokens < 1 { throw ValidationError("--batch-tokens is \(batchTokens); give 1 or more") }
    if threads < 1 { throw ValidationError("--threads is \(threads); give 1 or more") }
    if heads < 1 || keyValueHeads < 1 || hiddenSize % heads != 0 || heads % keyValueHeads != 0 {
      throw ValidationError("--hidden-size must be a multiple of --heads, and --heads of --key-value-heads")
    }
  }

  var continuation: @Sendable () -> String { { "nothing is written, run the command again" } }

  func run() throws {
    guard !FileManager.default.fileExists(atPath: out) else {
      throw InputError(file: out, "exists already; choose another --out")
    }
    let corpus = PretrainingCorpus(seed: seed, documentCount: steps * batchTokens / 60)
    let endOfText = "<|end_of_text|>"
    Console.say("Training the tokenizer.")
    let tokenizerJSON = try BytePairTrainer.train(
      texts: (0..<5_000).map { corpus.document($0 * 7).text }, vocabularySize: vocabularySize,
      specialTokens: [endOfText])
    let tokenizer = try Tokenizer(json: tokenizerJSON, name: "tokenizer.json")
    guard let end = tokenizer.id(of: endOfText) else { throw InputError("the tokenizer lost its end-of-text token") }
    let configuration = ModelConfiguration(
      vocabularySize: tokenizer.vocabularySize, hiddenSize: hiddenSize, intermediateSize: intermediateSize,
      layerCount: layers, headCount: heads, keyValueHeadCount: keyValueHeads, tiesEmbeddings: true,
      maxPositionCount: 1024, eosTokenIDs: [end], padTokenID: nil)
    let model = Model(random: configuration, seed: seed)
    let start = ContinuousClock.now
    var tokens = 0
    let settings = OptimizerSettings(
      learningRate: learningRate, beta2: 0.98, weightDecay: 0.05, warmupSteps: max(1, steps / 20), finalFraction: 0.05)
    func row(_ index: Int) -> TokenRow { self.row(corpus.document(index), tokenizer, end: end) }
    try model.pretrain(
      steps: steps, batchTokens: batchTokens, optimizer: settings, threads: threads, row: row,
      onStep: { step in
        try Task.checkCancellation()
        tokens += step.tokenCount
        guard step.step % 25 == 0 || step.step == step.totalSteps else { return }
        let rate = Double(tokens) / ((ContinuousClock.now - start) / .seconds(1))
        Console.say(
          String(
            format: "step %d of %d  loss %.4f  gradient %.3f  %.0f tokens/s", step.step, step.totalSteps, step.loss,
            step.gradientNorm, rate))
      })
    try model.save(
      to: URL(filePath: out), auxiliaryFilesFrom: nil, tokenizerJSON: tokenizerJSON, elementType: .bfloat16)
  }

  private func row(_ document: PretrainingDocument, _ tokenizer: Tokenizer, end: Int) -> TokenRow {
    var tokens: [Int32] = []
    var isTrained: [Bool] = []
    for piece in document.pieces {
      let ids = tokenizer.encode(piece.text)
      tokens += ids.map(Int32.init)
      isTrained += [Bool](repeating: piece.isTrained, count: ids.count)
    }
    return TokenRow(tokens: tokens + [Int32(end)], isTrained: isTrained + [true])
  }
}
