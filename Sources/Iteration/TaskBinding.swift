import Core

/// What the loop needs to know of a task, as values: it sees no benchmark.
public struct TaskBinding: Sendable {
  public let name: String
  public let version: Int
  /// The text the model reads for a question; throws where a chat template refuses it.
  public let prompt: @Sendable (_ question: String) throws -> String
  /// The human answer as the model is trained to write it.
  public let goldCompletion: @Sendable (Problem) -> String
  public let verifier: any Verifier
  /// Texts that end an answer, where the configuration names none.
  public let stop: [String]

  public init(
    name: String, version: Int, prompt: @escaping @Sendable (_ question: String) throws -> String,
    goldCompletion: @escaping @Sendable (Problem) -> String, verifier: any Verifier, stop: [String]
  ) {
    self.name = name
    self.version = version
    self.prompt = prompt
    self.goldCompletion = goldCompletion
    self.verifier = verifier
    self.stop = stop
  }
}
