import Core
import Foundation
import Iteration
import LanguageModel
import Tasks

/// Reads what a plan needs out of a configuration's files, as far as they are there: `config.json` and tokenizer of the
/// model, the questions. Never the weights.
public struct PlanReader {
  /// The YAML file, for messages.
  public let file: URL
  public let text: String
  public let configuration: RunConfiguration
  public let threads: Int
  /// Writes prompts by a chat template, where the configuration asks for it.
  public typealias ChatRenderer = (_ model: URL) throws -> PromptBuilder.ChatRenderer
  private let chat: ChatRenderer
  private static let iterationLimit = 1_000

  /// - Throws: `InputError` naming file and line.
  public init(_ file: URL, threads: Int, chat: @escaping ChatRenderer) throws {
    (configuration, text) = try RunConfiguration.read(file)
    self.file = file
    self.threads = configuration.threads ?? threads
    self.chat = chat
  }

  /// - Parameters:
  ///   - coverage: Of M_1, as the user gives it.
  ///   - answerTokens: As the user gives them.
  public func input(coverage: Double? = nil, answerTokens: Double? = nil) throws -> PlanInput {
    guard let data = configuration.data else {
      throw InputError(file: file.path, "names no data; give 'data' with the files 'train' and 'test'")
    }
    guard configuration.iterations <= Self.iterationLimit else {
      throw problem(
        "'iterations' is \(configuration.iterations); a plan takes \(Self.iterationLimit) at most", key: "iterations")
    }
    let tasks = TaskCatalog()
    let task = try task(configuration.task, of: tasks, key: "task", fields: configuration.fields ?? [:])
    let otherTask = try data.oodTask.map { try self.task($0, of: tasks, key: "data") }
    let model = try PlannedModel(path: configuration.model, problem: { problem($0, key: "model") })
    let loader = try QuestionLoader(configuration, task: task, model: model, chat: chat, problem: problem)
    let train = try loader.set(task, data.train, .train, limit: data.trainLimit)
    let test = try loader.set(task, data.test, .test, limit: data.testLimit)
    let other = try data.ood.map { try loader.set(otherTask ?? task, $0, .test, limit: data.oodLimit) }
    let paper = PaperFigures.of(model: model.paperName, task: task.name)
    var input = PlanInput(
      configuration: configuration, modelName: model.name, shape: model.shape, modelSource: model.source, train: train,
      test: test, outOfDistribution: other, coverage: Self.coverage(given: coverage, paper),
      passAt1: Self.passAt1(given: coverage, paper), threads: threads)
    input.answerTokens = answerTokens
    input.sampler = .native(batchSize: configuration.sampling.batchSize ?? 64)
    return input
  }

  private func task(
    _ name: String, of tasks: TaskCatalog, key: String, fields: [String: String] = [:]
  ) throws -> any BenchmarkTask {
    do {
      return try tasks.task(named: name, fields: fields)
    } catch let error as InputError where error.file == nil {
      throw problem(error.message, key: key)
    }
  }

  /// What is wrong with the value under a key of the top level.
  private func problem(_ message: String, key: String) -> InputError {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = lines.firstIndex { $0.hasPrefix(key + ":") }.map { $0 + 1 }
    return InputError(file: file.path, line: line, message)
  }

  static func coverage(given: Double?, _ paper: PaperFigures?) -> PlanConstant {
    let name = "coverage of M_1"
    if let given { return PlanConstant(name, Span(given), "", .given, "--coverage") }
    guard let paper else {
      return PlanConstant(name, Span(0.5, low: 0.15, high: 0.85), "", .assumed, "nobody knows it before M_1 is there")
    }
    let value = paper.coverage
    return PlanConstant(
      name, Span(value, low: max(0.02, value - 0.15), high: min(0.98, value + 0.15)), "", .published,
      "arXiv 2407.05013 of \(paper.model) on \(paper.task); later models and other runs within ± 0.15")
  }

  static func passAt1(given: Double?, _ paper: PaperFigures?) -> PlanConstant {
    let name = "pass@1 of M_1"
    if let given {
      return PlanConstant(
        name, Span(given, low: max(0, given - 0.2), high: min(1, given + 0.2)), "", .assumed,
        "near the coverage, which --coverage gives")
    }
    guard let paper else {
      return PlanConstant(name, Span(0.5, low: 0.1, high: 0.9), "", .assumed, "nobody knows it before M_1 is there")
    }
    let value = paper.passAt1
    return PlanConstant(
      name, Span(value, low: max(0, value - 0.1), high: min(1, value + 0.1)), "", .published,
      "arXiv 2407.05013 of \(paper.model) on \(paper.task); other runs within ± 0.1")
  }
}
