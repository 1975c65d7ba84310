import Foundation
import LanguageModel
import Testing

/// A tiny model with the numbers PyTorch computes for it (Fixtures/README.md).
struct ReferenceFixture {
  struct Row: Decodable {
    let tokens: [Int32]
    let promptLength: Int
    var tokenRow: TokenRow { TokenRow(tokens: tokens, promptCount: promptLength) }
  }

  struct Expected: Decodable {
    struct Logits: Decodable {
      let row: Int
      let values: [[Double]]
    }
    struct Pair: Decodable {
      let chosen: Row
      let rejected: Row
    }
    struct Preference: Decodable {
      let beta: Double
      let loss: Double
      let referenceLogProbabilities: [[Double]]
      let policyLogProbabilities: [[Double]]
    }
    struct Training: Decodable {
      let losses: [Double]
      let gradientNorms: [Double]
    }
    let rows: [Row]
    let pairs: [Pair]
    let logits: Logits
    let tokenLogProbabilities: [[Double]]
    let sftLoss: Double
    let dpo: Preference
    let adamw: Training
  }

  static let names = ["llama-gqa-tied", "llama-untied"]

  let model: Model
  let expected: Expected
  private let folder: URL

  init(_ name: String) throws {
    let root = try #require(Bundle.module.resourceURL).appending(path: "Fixtures").appending(path: name)
    folder = root
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    expected = try decoder.decode(Expected.self, from: Data(contentsOf: root.appending(path: "expected.json")))
    model = try Model(contentsOf: root)
  }

  /// A file of tensors in the layout of the model's parameters.
  func tensors(_ name: String) throws -> [Float] {
    let file = try SafetensorsFile(contentsOf: folder.appending(path: name))
    let buffer = FloatBuffer(count: model.layout.count)
    for tensor in model.layout.tensors {
      try file.read(try #require(file.tensor(named: tensor.name)), into: buffer, at: tensor.offset)
    }
    return buffer.array
  }
}

/// The largest difference, relative to the largest magnitude of what is expected.
func relativeError(_ found: [Float], _ expected: [Float]) -> Double {
  precondition(found.count == expected.count, "as many values as expected")
  let scale = expected.reduce(0) { max($0, abs(Double($1))) }
  return zip(found, expected).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) } / max(scale, 1e-30)
}
