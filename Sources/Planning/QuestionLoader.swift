import Core
import Foundation
import Iteration
import LanguageModel
import Tasks

/// Counts questions and their tokens: in the files where they are there, else by what is known of the benchmark.
struct QuestionLoader {
  private let configuration: RunConfiguration
  private let model: PlannedModel
  private let problem: (_ message: String, _ key: String) -> InputError
  private let shots: PromptBuilder.Shots?
  private let shotCount: Int
  private let chat: PromptBuilder.ChatRenderer?

  /// Characters a token of English text, where no tokenizer is known.
  static let charactersPerToken = PlanConstant(
    "characters a token", Span(3.4, low: 2.6, high: 4.4), "", .assumed, "English, code and LaTeX in common vocabularies"
  )

  static let otherVocabulary = PlanConstant(
    "tokens beside LLaMA3's", Span(1.05, low: 0.9, high: 1.35), "", .assumed, "the model's tokenizer is not there")

  init(
    _ configuration: RunConfiguration, task: any BenchmarkTask, model: PlannedModel, chat: PlanReader.ChatRenderer,
    problem: @escaping (_ message: String, _ key: String) -> InputError
  ) throws {
    self.configuration = configuration
    self.model = model
    self.problem = problem
    let prompt = configuration.prompt ?? RunConfiguration.Prompt()
    shotCount = prompt.shots
    self.chat = prompt.chat && model.tokenizer != nil ? try chat(model.folder) : nil
    if let data = configuration.data, prompt.shots > 0, Self.exists(data.train) {
      let problems = try task.loadProblems(from: URL(filePath: data.train), split: .train, limit: data.trainLimit)
      shots = try PromptBuilder.Shots(
        prompt.shots, from: problems, of: task, seed: prompt.seed ?? configuration.seed)
    } else {
      shots = nil
    }
  }

  private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// - Throws: `InputError` for a file that cannot be read, or one that is not there and whose benchmark is not known.
  func set(_ task: any BenchmarkTask, _ path: String, _ split: DataSplit, limit: Int?) throws -> QuestionSet {
    guard Self.exists(path) else { return try known(task, path, split, limit: limit) }
    let problems = try task.loadProblems(from: URL(filePath: path), split: split, limit: limit)
    guard !problems.isEmpty else {
      throw InputError(file: path, "holds no problem of this split; give a data set with at least one")
    }
    let builder = PromptBuilder(task: task, shots: shots, system: configuration.prompt?.system, chat: chat)
    var lengths: [(prompt: Int, answer: Int)] = []
    for problem in problems {
      lengths.append(try length(try builder.prompt(for: problem.question), builder.goldCompletion(for: problem)))
    }
    let (prompts, answers) = (lengths.map(\.prompt), lengths.map(\.answer))
    let counted: (([Int]) -> TokenLengths) = { each in
      if model.tokenizer != nil { return TokenLengths(counted: each, source: "the model's tokenizer") }
      let constant = Self.charactersPerToken
      let factor = Span(constant.value.estimate) / constant.value
      return TokenLengths(
        mean: Double(each.reduce(0, +)) / Double(each.count), longest: each.max() ?? 0, factor: factor, each: each,
        .assumed, source: "\(constant.value.estimate) characters a token")
    }
    return QuestionSet(
      count: problems.count, prompts: counted(prompts), answers: counted(answers), .counted,
      source: model.tokenizer == nil ? "counted in the files, tokens by their characters" : "counted in the files")
  }

  private func length(_ prompt: String, _ answer: String) throws -> (prompt: Int, answer: Int) {
    guard let tokenizer = model.tokenizer else {
      let ratio = Self.charactersPerToken.value.estimate
      func tokens(_ text: String) -> Int { max(1, Int((Double(text.count) / ratio).rounded(.up))) }
      return (tokens(prompt) + 1, tokens(answer))
    }
    let (tokens, promptCount) = tokenizer.tokens(prompt: prompt, completion: answer)
    return (promptCount, tokens.count - promptCount)
  }

  // MARK: Without the files

  private func known(
    _ task: any BenchmarkTask, _ path: String, _ split: DataSplit, limit: Int?
  ) throws -> QuestionSet {
    guard let official = task.dataSet, let part = Self.part(official, split) else {
      throw problem(
        "\(path) is not there, and how many problems \(task.name) has is not known without it; give the file", "data")
    }
    // Another vocabulary is taken to be near LLaMA3's.
    guard let found = BenchmarkLengths.of(task: task.name, split: part.split, family: model.family ?? .llama3) else {
      throw problem(
        "\(path) is not there, and how long \(task.name)'s texts are is not known without it; give the file", "data")
    }
    let count = min(part.problemCount, limit ?? .max)
    let isMeasured = model.family != nil
    let factor = isMeasured ? Span(1, low: 0.98, high: 1.02) : Self.otherVocabulary.value
    func tokens(_ mean: Double, _ longest: Int) -> TokenLengths {
      TokenLengths(
        mean: mean, longest: longest, factor: factor, isMeasured ? .measured : .assumed,
        source: isMeasured ? "measured on the official files" : "as LLaMA3's tokenizer has them, measured")
    }
    // A worked example is a question and its answer.
    let examples = min(1e9, Double(shotCount) * (found.promptMean + found.answerMean))
    return QuestionSet(
      count: count, prompts: tokens(found.promptMean + examples, found.promptLongest + Int(examples.rounded(.up))),
      answers: tokens(found.answerMean, found.answerLongest),
      longestRow: Int((Double(found.rowLongest) * factor.estimate + examples).rounded(.up)), .published,
      source: "the benchmark's known size; the files are not there")
  }

  /// The split that the run would take: `test` is what its authors evaluate on.
  private static func part(_ data: DataSet, _ split: DataSplit) -> (split: DataSplit, problemCount: Int)? {
    let wanted = split == .test ? data.evaluationSplit : split
    return data.splits.first { $0.split == wanted }
  }
}
