import Foundation
import Randomness

/// Small matrices beside frozen ones: each adapted layer computes y = x · Wᵀ + scale · (x · Aᵀ) · Bᵀ with A [rank, inputs]
/// and B [outputs, rank] (LoRA, Hu et al. 2106.09685, equation 3).
public final class LowRankAdapter: Sendable {
  /// The pair of one layer.
  struct Pair: Sendable {
    /// Offsets in the adapter's weights.
    let a, b: Int
    let inputs, outputs: Int
  }

  public let settings: LowRankSettings
  /// A and B of each adapted layer, in the order of the model's layout, under the names that PEFT gives them.
  package let weights: TrainableWeights
  /// By the offset of the adapted matrix in the model's layout.
  private let pairs: [Int: Pair]

  /// An adapter that changes nothing yet: A uniform within ±1/√inputs (PEFT's Kaiming-uniform with a = √5), B zero.
  ///
  /// - Throws: `ModelError` where the settings cannot be.
  public convenience init(_ settings: LowRankSettings, for model: Model, seed: UInt64) throws {
    try self.init(settings, model.layout)
    for tensor in weights.tensors where tensor.name.hasSuffix(Self.suffixA) {
      var stream = RandomStream(seed: seed, "adapter", tensor.name)
      let bound = 1 / Double(tensor.shape[1]).squareRoot()
      for index in tensor.offset..<tensor.offset + tensor.count {
        weights.values[index] = Float((2 * stream.uniform() - 1) * bound)
      }
    }
  }

  /// An adapter whose weights are all zero.
  init(_ settings: LowRankSettings, _ layout: ParameterLayout) throws {
    try settings.check()
    self.settings = settings
    let (tensors, pairs) = Self.shape(settings, layout)
    self.pairs = pairs
    weights = TrainableWeights(
      values: FloatBuffer(count: tensors.reduce(0) { $0 + $1.count }), tensors: tensors)
  }

  /// Weights that an adapter of these settings has.
  package static func weightCount(_ settings: LowRankSettings, _ layout: ParameterLayout) -> Int {
    shape(settings, layout).tensors.reduce(0) { $0 + $1.count }
  }

  private static let suffixA = ".lora_A.weight"
  private static let suffixB = ".lora_B.weight"

  private static func shape(
    _ settings: LowRankSettings, _ layout: ParameterLayout
  ) -> (tensors: [ParameterLayout.Tensor], pairs: [Int: Pair]) {
    var tensors: [ParameterLayout.Tensor] = []
    var pairs: [Int: Pair] = [:]
    var count = 0
    func add(_ name: String, _ rows: Int, _ columns: Int) -> Int {
      defer { count += rows * columns }
      tensors.append(ParameterLayout.Tensor(name: name, shape: [rows, columns], offset: count))
      return count
    }
    for layer in layout.blocks {
      for target in settings.targets {
        let offset = layer[keyPath: target.offset]
        let adapted = layout.tensor(at: offset)
        let name = "base_model.model." + adapted.name.dropLast(".weight".count)
        let (outputs, inputs) = (adapted.shape[0], adapted.shape[1])
        let a = add(name + suffixA, settings.rank, inputs)
        let b = add(name + suffixB, outputs, settings.rank)
        pairs[offset] = Pair(a: a, b: b, inputs: inputs, outputs: outputs)
      }
    }
    return (tensors, pairs)
  }

  /// The pair on the matrix at `offset` of the model's layout.
  func pair(at offset: Int) -> Pair? { pairs[offset] }

  func a(_ pair: Pair, in buffer: FloatBuffer) -> MatrixView {
    MatrixView(
      FloatView(buffer, offset: pair.a, count: settings.rank * pair.inputs), width: pair.inputs)
  }

  func b(_ pair: Pair, in buffer: FloatBuffer) -> MatrixView {
    MatrixView(
      FloatView(buffer, offset: pair.b, count: settings.rank * pair.outputs), width: settings.rank)
  }
}

extension LowRankSettings.Target {
  var offset: KeyPath<ParameterLayout.Block, Int> {
    switch self {
    case .query: \.query
    case .key: \.key
    case .value: \.value
    case .output: \.output
    case .gate: \.gate
    case .up: \.up
    case .down: \.down
    }
  }
}
