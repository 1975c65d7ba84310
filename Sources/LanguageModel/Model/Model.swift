/// A language model in memory: the weights of one of the architectures of `Architecture`.
public final class Model: Sendable {
  public let configuration: ModelConfiguration
  public let layout: ParameterLayout
  /// All weights, at the offsets of `layout`.
  public let parameters: FloatBuffer

  public init(configuration: ModelConfiguration, parameters: FloatBuffer) {
    let layout = ParameterLayout(configuration)
    precondition(parameters.count == layout.count, "the buffer does not have the model's size")
    self.configuration = configuration
    self.layout = layout
    self.parameters = parameters
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
    return FloatView(parameters, offset: offset, count: tensor.count)
  }

  func elements(of tensor: ParameterLayout.Tensor) -> WeightMatrix.Elements {
    .float32(FloatView(parameters, offset: tensor.offset, count: tensor.count))
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
