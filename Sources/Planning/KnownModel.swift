import Foundation
import LanguageModel

/// Whose tokens a text is counted in, where the tokenizer itself is not at hand.
public enum TokenizerFamily: String, Codable, Sendable, Hashable, CaseIterable {
  /// 32,000 tokens, SentencePiece.
  case llama2
  /// 128,256 tokens.
  case llama3
  /// 32,000 tokens of Mistral 7B.
  case mistral
}

/// A model whose sizes are known without its folder, from its published `config.json`.
public struct KnownModel: Sendable, Hashable {
  /// As its page is called; a path that ends in it, or in its last part, means it.
  public let name: String
  public let configuration: ModelConfiguration
  public let tokenizer: TokenizerFamily?
  /// Which of the paper's models it is.
  public let paperName: String?

  /// The model that a path names by its last components, the case of letters aside.
  public static func named(byPath path: String) -> KnownModel? {
    let parts = path.lowercased().split(separator: "/").map(String.init)
    guard let last = parts.last else { return nil }
    let pair = parts.suffix(2).joined(separator: "/")
    return all.first { $0.name.lowercased() == pair }
      ?? all.first { $0.name.lowercased().split(separator: "/").last.map(String.init) == last }
  }

  private init(
    _ name: String, _ tokenizer: TokenizerFamily?, paperName: String? = nil, vocabulary: Int, hidden: Int,
    feedForward: Int, layers: Int, heads: Int, keyValueHeads: Int, headDimension: Int? = nil, positions: Int,
    tied: Bool = false, window: Int? = nil, architecture: Architecture = .llama
  ) {
    self.name = name
    self.tokenizer = tokenizer
    self.paperName = paperName
    configuration = ModelConfiguration(
      architecture: architecture, vocabularySize: vocabulary, hiddenSize: hidden, intermediateSize: feedForward,
      layerCount: layers, headCount: heads, keyValueHeadCount: keyValueHeads, headDimension: headDimension,
      slidingWindow: window, tiesEmbeddings: tied, maxPositionCount: positions)
  }

  private static func llama3(_ name: String, positions: Int, paperName: String? = nil) -> KnownModel {
    KnownModel(
      name, .llama3, paperName: paperName, vocabulary: 128_256, hidden: 4096, feedForward: 14_336, layers: 32,
      heads: 32, keyValueHeads: 8, positions: positions)
  }

  private static func mistral(_ name: String, vocabulary: Int, window: Int?, positions: Int) -> KnownModel {
    KnownModel(
      name, .mistral, paperName: "Mistral-7B", vocabulary: vocabulary, hidden: 4096, feedForward: 14_336, layers: 32,
      heads: 32, keyValueHeads: 8, positions: positions, window: window, architecture: .mistral)
  }

  public static let all = [
    KnownModel(
      "meta-llama/Llama-2-7b-hf", .llama2, paperName: "LLaMA2-7B", vocabulary: 32_000, hidden: 4096,
      feedForward: 11_008, layers: 32, heads: 32, keyValueHeads: 32, positions: 4096),
    KnownModel(
      "meta-llama/Llama-2-13b-hf", .llama2, vocabulary: 32_000, hidden: 5120, feedForward: 13_824, layers: 40,
      heads: 40, keyValueHeads: 40, positions: 4096),
    KnownModel(
      "meta-llama/Llama-2-70b-hf", .llama2, vocabulary: 32_000, hidden: 8192, feedForward: 28_672, layers: 80,
      heads: 64, keyValueHeads: 8, positions: 4096),
    llama3("meta-llama/Meta-Llama-3-8B", positions: 8192, paperName: "LLaMA3-8B"),
    llama3("meta-llama/Meta-Llama-3-8B-Instruct", positions: 8192),
    llama3("meta-llama/Llama-3.1-8B", positions: 131_072),
    llama3("meta-llama/Llama-3.1-8B-Instruct", positions: 131_072),
    KnownModel(
      "meta-llama/Meta-Llama-3-70B", .llama3, vocabulary: 128_256, hidden: 8192, feedForward: 28_672, layers: 80,
      heads: 64, keyValueHeads: 8, positions: 8192),
    KnownModel(
      "meta-llama/Llama-3.2-1B", .llama3, vocabulary: 128_256, hidden: 2048, feedForward: 8192, layers: 16, heads: 32,
      keyValueHeads: 8, positions: 131_072, tied: true),
    KnownModel(
      "meta-llama/Llama-3.2-3B", .llama3, vocabulary: 128_256, hidden: 3072, feedForward: 8192, layers: 28, heads: 24,
      keyValueHeads: 8, headDimension: 128, positions: 131_072, tied: true),
    mistral("mistralai/Mistral-7B-v0.1", vocabulary: 32_000, window: 4096, positions: 32_768),
    mistral("mistralai/Mistral-7B-v0.3", vocabulary: 32_768, window: nil, positions: 32_768),
    KnownModel(
      "Qwen/Qwen2.5-0.5B", nil, vocabulary: 151_936, hidden: 896, feedForward: 4864, layers: 24, heads: 14,
      keyValueHeads: 2, positions: 32_768, tied: true, architecture: .qwen2),
    KnownModel(
      "Qwen/Qwen2.5-1.5B", nil, vocabulary: 151_936, hidden: 1536, feedForward: 8960, layers: 28, heads: 12,
      keyValueHeads: 2, positions: 131_072, tied: true, architecture: .qwen2),
    KnownModel(
      "Qwen/Qwen2.5-7B", nil, vocabulary: 152_064, hidden: 3584, feedForward: 18_944, layers: 28, heads: 28,
      keyValueHeads: 4, positions: 131_072, architecture: .qwen2),
    KnownModel(
      "HuggingFaceTB/SmolLM2-135M", nil, vocabulary: 49_152, hidden: 576, feedForward: 1536, layers: 30, heads: 9,
      keyValueHeads: 3, positions: 8192, tied: true),
    KnownModel(
      "HuggingFaceTB/SmolLM2-360M", nil, vocabulary: 49_152, hidden: 960, feedForward: 2560, layers: 32, heads: 15,
      keyValueHeads: 5, positions: 8192, tied: true),
    KnownModel(
      "HuggingFaceTB/SmolLM2-1.7B", nil, vocabulary: 49_152, hidden: 2048, feedForward: 8192, layers: 24, heads: 32,
      keyValueHeads: 32, positions: 8192, tied: true),
  ]
}
