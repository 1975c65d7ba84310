import Foundation
import LanguageModel
import Testing

/// A tiny model of one family, as transformers wrote it, with what transformers computes from it
/// (`Tests/Parity/architectures.py`).
struct ArchitectureFixture {
  struct Expected: Decodable {
    struct Continuation: Decodable {
      let prompt: [Int32]
      let completion: [Int32]
    }
    let rows: [ReferenceFixture.Row]
    let tokenLogProbabilities: [[Double]]
    /// Most likely continuations, no token of which has a close second.
    let greedy: [Continuation]
  }

  static let names = [
    "llama2", "llama3.1", "llama3.2", "llama-linear", "llama-bias", "smollm2", "mistral-v0.1", "mistral-v0.3", "qwen2",
    "qwen2-window",
  ]
  static let namesWithGradient = ["llama-bias", "mistral-v0.1", "qwen2-window"]

  let folder: URL
  let expected: Expected

  init(_ name: String) throws {
    folder = try #require(Bundle.module.resourceURL).appending(path: "Fixtures/architectures").appending(path: name)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    expected = try decoder.decode(Expected.self, from: Data(contentsOf: folder.appending(path: "expected.json")))
  }

  var rows: [TokenRow] { expected.rows.map(\.tokenRow) }
}
