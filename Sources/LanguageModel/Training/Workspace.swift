/// The memory one worker needs for a forward and backward pass; grown when a larger batch comes.
///
/// `@unchecked Sendable`: a workspace belongs to one worker at a time.
package final class Workspace: @unchecked Sendable {
  /// What the backward pass of one block needs. T tokens; shapes [T, …].
  struct Block {
    let input, inputInverse, normed, query, key, value, attended, middle, middleInverse, middleNormed, gate, up,
      activated: FloatBuffer

    init(_ c: ModelConfiguration, tokens t: Int) {
      let queryWidth = c.headCount * c.headDimension
      let keyValueWidth = c.keyValueHeadCount * c.headDimension
      input = FloatBuffer(count: t * c.hiddenSize)
      inputInverse = FloatBuffer(count: t)
      normed = FloatBuffer(count: t * c.hiddenSize)
      query = FloatBuffer(count: t * queryWidth)
      key = FloatBuffer(count: t * keyValueWidth)
      value = FloatBuffer(count: t * keyValueWidth)
      attended = FloatBuffer(count: t * queryWidth)
      middle = FloatBuffer(count: t * c.hiddenSize)
      middleInverse = FloatBuffer(count: t)
      middleNormed = FloatBuffer(count: t * c.hiddenSize)
      gate = FloatBuffer(count: t * c.intermediateSize)
      up = FloatBuffer(count: t * c.intermediateSize)
      activated = FloatBuffer(count: t * c.intermediateSize)
    }
  }

  /// Memory of the backward pass, made when the first one runs.
  struct Gradients {
    let hidden, branch, query, key, value, attended, gate, up, activated, normed: FloatBuffer

    init(_ c: ModelConfiguration, tokens t: Int) {
      let queryWidth = c.headCount * c.headDimension
      let keyValueWidth = c.keyValueHeadCount * c.headDimension
      hidden = FloatBuffer(count: t * c.hiddenSize)
      branch = FloatBuffer(count: t * c.hiddenSize)
      query = FloatBuffer(count: t * queryWidth)
      key = FloatBuffer(count: t * keyValueWidth)
      value = FloatBuffer(count: t * keyValueWidth)
      attended = FloatBuffer(count: t * queryWidth)
      gate = FloatBuffer(count: t * c.intermediateSize)
      up = FloatBuffer(count: t * c.intermediateSize)
      activated = FloatBuffer(count: t * c.intermediateSize)
      normed = FloatBuffer(count: t * c.hiddenSize)
    }
  }

  let configuration: ModelConfiguration
  let gemm = FloatBuffer(count: Kernel.gemmScratchCount)
  private(set) var blocks: [Block] = []
  private(set) var output = FloatBuffer(count: 0)
  private(set) var outputInverse = FloatBuffer(count: 0)
  private(set) var outputNormed = FloatBuffer(count: 0)
  private(set) var scores = FloatBuffer(count: 0)
  private(set) var scoreGradients = FloatBuffer(count: 0)
  private(set) var gradients: Gradients?
  private(set) var rotary: RotaryTables
  private var tokenCapacity = 0
  private var lengthCapacity = 0

  package init(_ configuration: ModelConfiguration) {
    self.configuration = configuration
    rotary = RotaryTables(configuration, positionCount: 0)
  }

  func reserve(tokens: Int, longest: Int) {
    if tokens > tokenCapacity {
      tokenCapacity = max(tokens, tokenCapacity + tokenCapacity / 4)
      blocks = (0..<configuration.layerCount).map { _ in Block(configuration, tokens: tokenCapacity) }
      output = FloatBuffer(count: tokenCapacity * configuration.hiddenSize)
      outputInverse = FloatBuffer(count: tokenCapacity)
      outputNormed = FloatBuffer(count: tokenCapacity * configuration.hiddenSize)
      gradients = nil
    }
    if longest > lengthCapacity {
      lengthCapacity = longest
      scores = FloatBuffer(count: longest * longest)
      scoreGradients = FloatBuffer(count: longest * longest)
      rotary = RotaryTables(configuration, positionCount: longest)
    }
  }

  func reservedGradients() -> Gradients {
    if let gradients { return gradients }
    let made = Gradients(configuration, tokens: tokenCapacity)
    gradients = made
    return made
  }
}
