import Core
import Randomness

/// How a run asks: the question alone, after worked examples, and as plain text or as a conversation.
public struct PromptBuilder: Sendable {
  /// A turn of a conversation.
  public struct Turn: Codable, Sendable, Hashable {
    /// `system`, `user` or `assistant`.
    public let role: String
    public let content: String

    public init(role: String, content: String) {
      self.role = role
      self.content = content
    }
  }

  /// Writes a conversation as its model reads it, up to where the model goes on; throws where the template refuses it.
  public typealias ChatRenderer = @Sendable ([Turn]) throws -> String

  public let task: any BenchmarkTask
  private let shots: Shots?
  private let system: String?
  private let chat: ChatRenderer?

  /// - Parameters:
  ///   - shots: The examples before every question; nil asks zero-shot.
  ///   - system: What a conversation begins with.
  ///   - chat: nil writes plain text.
  public init(task: any BenchmarkTask, shots: Shots? = nil, system: String? = nil, chat: ChatRenderer? = nil) {
    self.task = task
    self.shots = shots
    self.system = system
    self.chat = chat
  }

  public func prompt(for question: String) throws -> String {
    let examples = shots?.examples(for: question) ?? []
    let source = shots?.task ?? task
    guard let chat else {
      let worked = examples.map { source.prompt(for: $0.question) + source.goldCompletion(for: $0) }
      return (worked + [task.prompt(for: question)]).joined(separator: "\n\n")
    }
    var turns = system.map { [Turn(role: "system", content: $0)] } ?? []
    for example in examples {
      turns.append(Turn(role: "user", content: source.message(for: example.question)))
      turns.append(Turn(role: "assistant", content: source.goldReply(for: example)))
    }
    return try chat(turns + [Turn(role: "user", content: task.message(for: question))])
  }

  /// What follows the prompt in supervised fine-tuning on D.
  public func goldCompletion(for problem: Problem) -> String {
    chat == nil ? task.goldCompletion(for: problem) : task.goldReply(for: problem)
  }
}

extension PromptBuilder {
  /// Worked examples from the training split, the same before every question.
  public struct Shots: Sendable {
    /// Whose questions they are.
    let task: any BenchmarkTask
    public let count: Int
    /// One more than `count`: a training question is not shown its own answer.
    public let drawn: [Problem]

    /// Draws `count` examples. Same seed, same examples.
    ///
    /// - Throws: `InputError` where the training split has too few.
    public init(_ count: Int, from training: [Problem], of task: any BenchmarkTask, seed: UInt64) throws {
      guard training.count > count else {
        throw InputError(
          "\(count) examples a prompt need a training split of \(count + 1) problems or more, and this one has "
            + "\(training.count); give fewer shots")
      }
      var stream = RandomStream(seed: seed, "few-shot")
      self.task = task
      self.count = count
      drawn = stream.pick(count + 1, of: training)
    }

    func examples(for question: String) -> [Problem] {
      Array(drawn.filter { $0.question != question }.prefix(count))
    }
  }
}
