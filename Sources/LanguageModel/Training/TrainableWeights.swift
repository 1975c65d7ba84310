/// The weights that a training moves: all of a model's, or those of an adapter on a frozen model.
package struct TrainableWeights: Sendable {
  package let values: FloatBuffer
  /// One after another, without gaps, in the order of `values`.
  package let tensors: [ParameterLayout.Tensor]

  package init(values: FloatBuffer, tensors: [ParameterLayout.Tensor]) {
    precondition(tensors.reduce(0) { $0 + $1.count } == values.count, "the tensors fill the buffer")
    self.values = values
    self.tensors = tensors
  }

  /// Every weight of `model`.
  package init(_ model: Model) { self.init(values: model.parameters, tensors: model.layout.tensors) }

  package var count: Int { values.count }
}
