/// A Llama-architecture language model in memory, float32.
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
