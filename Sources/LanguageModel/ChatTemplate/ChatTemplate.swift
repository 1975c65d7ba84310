import Foundation

/// A turn of a conversation.
public struct ChatMessage: Codable, Hashable, Sendable {
  /// Mostly `system`, `user` or `assistant`.
  public let role: String
  public let content: String

  public init(role: String, content: String) {
    self.role = role
    self.content = content
  }
}

/// How a model wants a conversation written: the `chat_template` of its folder, in the language of Jinja 2.
///
/// What it writes is what transformers' `apply_chat_template` writes. The language is a subset, with neither files nor code
/// to reach, and every loop, text and recursion is bounded; what is left out is refused by its name.
public struct ChatTemplate: Sendable {
  private let name: String
  private let statements: [TemplateStatement]
  /// `bos_token`, `eos_token` and their kin.
  private let specialTokens: [(name: String, content: String)]

  /// The template of a model folder: `chat_template.jinja`, or where there is none that of `tokenizer_config.json`.
  ///
  /// - Throws: `ModelError` naming the file and what is missing, damaged or not supported.
  public init(contentsOf folder: URL) throws {
    let configuration = try TokenizerConfiguration(contentsOf: folder)
    let file = folder.appending(path: "chat_template.jinja")
    if FileManager.default.fileExists(atPath: file.path) {
      guard let source = String(validating: try Data(contentsOfModelFile: file), as: UTF8.self) else {
        throw ModelError(.badInput, file: file.path, "must be UTF-8")
      }
      try self.init(source, name: file.path, specialTokens: configuration.specialTokens)
    } else if let source = configuration.chatTemplate {
      let name = folder.appending(path: "tokenizer_config.json").path
      try self.init(source, name: "\(name): chat_template", specialTokens: configuration.specialTokens)
    } else {
      throw ModelError(
        .badInput, file: folder.path,
        "has no chat template; use an instruction-tuned model, or put a chat_template.jinja into the folder")
    }
  }

  /// - Parameter name: what messages call the template.
  /// - Throws: `ModelError` naming the line and what is damaged or not supported.
  public init(_ source: String, name: String, specialTokens: [(name: String, content: String)] = []) throws {
    self.name = name
    self.specialTokens = specialTokens
    do {
      var parser = try TemplateParser(source)
      statements = try parser.parse()
    } catch {
      throw ModelError(.badInput, file: error.line.map { "\(name):\($0)" } ?? name, error.message)
    }
  }

  /// The conversation as the model reads it.
  ///
  /// - Parameters:
  ///   - addGenerationPrompt: whether the beginning of an answer follows, which the model continues.
  ///   - date: what `strftime_now` reads, in UTC.
  /// - Throws: `ModelError` with the template's own complaint, such as that roles must alternate.
  public func render(
    _ messages: [ChatMessage], addGenerationPrompt: Bool = false, date: Date = Date()
  ) throws -> String {
    var variables: [(String, TemplateValue)] = specialTokens.map { ($0.name, .string($0.content)) }
    variables.append(
      (
        "messages",
        .list(
          messages.map {
            .dictionary([("role", .string($0.role)), ("content", .string($0.content))].map(TemplateMember.init))
          })
      ))
    variables.append(("add_generation_prompt", .boolean(addGenerationPrompt)))
    variables.append(("tools", .none))
    variables.append(("documents", .none))
    do {
      var evaluator = TemplateEvaluator(variables, date: date)
      return try evaluator.render(statements)
    } catch {
      throw ModelError(.badInput, file: error.line.map { "\(name):\($0)" } ?? name, error.message)
    }
  }
}
