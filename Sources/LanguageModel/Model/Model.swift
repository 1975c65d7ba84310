/// A language model in memory: the weights of one of the architectures of `Architecture`.
///
/// A model either has its weights as float32 in one buffer of its own, which training moves, or refers to tensors that
/// stay where and as they are stored; what reads weights through `matrix` and `vector` works with both.
public final class Model: Sendable {
  private enum Weights: Sendable {
    case own(FloatBuffer)
    /// By offset in the layout; vectors are float32.
    case stored([Int: WeightMatrix.Elements])
  }

  public let configuration: ModelConfiguration
  public let layout: ParameterLayout
  private let weights: Weights

  public init(configuration: ModelConfiguration, parameters: FloatBuffer) {
    let layout = ParameterLayout(configuration)
    precondition(parameters.count == layout.count, "the buffer does not have the model's size")
    self.configuration = configuration
    self.layout = layout
    weights = .own(parameters)
  }

  /// - Parameter elements: One value a tensor of the layout, in its order.
  init(_ configuration: ModelConfiguration, _ layout: ParameterLayout, stored elements: [WeightMatrix.Elements]) {
    precondition(elements.count == layout.tensors.count, "one value a tensor")
    self.configuration = configuration
    self.layout = layout
    let pairs = zip(layout.tensors, elements).map { tensor, elements in
      precondition(elements.count == tensor.count, "the elements of '\(tensor.name)'")
      return (tensor.offset, tensor.shape.count == 1 ? .float32(elements.widened()) : elements)
    }
    weights = .stored(Dictionary(uniqueKeysWithValues: pairs))
  }

  /// Whether the weights are in a buffer of the model's own.
  public var isTrainable: Bool { if case .own = weights { true } else { false } }

  /// All weights of a trainable model, at the offsets of `layout`.
  public var parameters: FloatBuffer {
    guard case .own(let buffer) = weights else {
      preconditionFailure("the weights of a stored model are in its files; load it with init(contentsOf:) to train it")
    }
    return buffer
  }

  /// `tensor`, one of the layout's, as it is in memory.
  package func elements(of tensor: ParameterLayout.Tensor) -> WeightMatrix.Elements {
    switch weights {
    case .own(let buffer): return .float32(FloatView(buffer, offset: tensor.offset, count: tensor.count))
    case .stored(let elements):
      guard let found = elements[tensor.offset] else { preconditionFailure("no tensor '\(tensor.name)'") }
      return found
    }
  }
}

/// Weights by their offset in the layout. Matrices keep the element type they are stored in; vectors are float32.
extension Model {
  package func matrix(at offset: Int) -> WeightMatrix {
    let tensor = layout.tensor(at: offset)
    precondition(tensor.shape.count == 2, "a matrix has two dimensions")
    return WeightMatrix(rows: tensor.shape[0], columns: tensor.shape[1], elements(of: tensor))
  }

  /// The weight of a norm or a bias.
  package func vector(at offset: Int) -> FloatView {
    let tensor = layout.tensor(at: offset)
    precondition(tensor.shape.count == 1, "a vector has one dimension")
    return elements(of: tensor).widened()
  }

  package func matrix(_ weight: KeyPath<ParameterLayout.Block, Int>, layer: Int) -> WeightMatrix {
    matrix(at: layout.blocks[layer][keyPath: weight])
  }

  package func vector(_ weight: KeyPath<ParameterLayout.Block, Int>, layer: Int) -> FloatView {
    vector(at: layout.blocks[layer][keyPath: weight])
  }

  /// nil where the projection has no bias.
  package func bias(_ bias: KeyPath<ParameterLayout.Block, Int?>, layer: Int) -> FloatView? {
    layout.blocks[layer][keyPath: bias].map(vector(at:))
  }

  package var embedding: WeightMatrix { matrix(at: layout.embedding) }
  /// The embedding where the head is tied.
  package var head: WeightMatrix { matrix(at: layout.head) }
  package var finalNorm: FloatView { vector(at: layout.finalNorm) }
}
