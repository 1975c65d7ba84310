import Core
import Foundation
import Yams

extension RunConfiguration {
  /// Reads a YAML file. Paths in it are relative to its folder.
  ///
  /// - Returns: The configuration and the file's text.
  /// - Throws: `InputError` naming file, line and key for a file that cannot be read, a key that is unknown or missing,
  ///   and a value of the wrong type or out of range.
  public static func read(_ file: URL) throws -> (configuration: RunConfiguration, text: String) {
    guard let bytes = FileManager.default.contents(atPath: file.path) else {
      throw InputError(file: file.path, "cannot be read; check the path and its permissions")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InputError(file: file.path, "is not UTF-8 text; save it as UTF-8")
    }
    return (try RunConfiguration(yaml: text, file: file), text)
  }

  /// Reads the text of a YAML file; `file` stands for it in messages, and its folder is where relative paths begin.
  public init(yaml text: String, file: URL) throws {
    let top = try ConfigurationSection(
      try Self.compose(text, file: file.path), file: file.path,
      keys: [
        "task", "model", "data", "method", "iterations", "seed", "sampling", "evaluation", "selection", "training",
        "reference", "prompt", "fields", "threads", "sampler", "trainer",
      ])
    func resolve(_ path: String) -> String {
      let expanded = (path as NSString).expandingTildeInPath
      return URL(fileURLWithPath: expanded, relativeTo: file.deletingLastPathComponent()).standardizedFileURL.path
    }
    guard top.contains("data") else { throw top.missing("data", "give 'data' with the files 'train' and 'test'") }
    guard let method = try top.choice("method", ImprovementMethod.self) else {
      throw top.missing("method", "give one of " + ImprovementMethod.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self.init(
      task: try top.requiredText("task", "give the benchmark's name, as gsm8k"),
      model: resolve(try top.requiredText("model", "give the folder of the base model M_0")),
      data: try Data(
        top.section(
          "data", keys: ["train", "train_limit", "test", "test_limit", "ood", "ood_limit", "ood_task"]),
        resolve: resolve),
      method: method)
    iterations = try top.integer("iterations", atLeast: 1) ?? iterations
    seed = try top.seed("seed") ?? seed
    reference = try top.choice("reference", Reference.self) ?? reference
    threads = try top.integer("threads", atLeast: 1)
    if top.contains("prompt") {
      prompt = try Prompt(top.section("prompt", keys: ["shots", "seed", "chat", "system"]))
    }
    sampler = try SamplerSettings.read(top, resolve: resolve)
    trainer = try WorkerTrainerSettings.read(top, resolve: resolve)
    if case .endpoint(var server) = sampler, prompt?.chat == true {
      // The prompt is a whole conversation already; a second template around it would spoil it.
      guard server.api != .chat else {
        throw top.invalid(
          "sampler", "asks by 'api: chat', which adds a template to prompts that have one; set prompt.chat to false")
      }
      server.api = .completions
      sampler = .endpoint(server)
    }
    if top.contains("fields") { fields = try Self.fields(top) }
    try sampling.read(
      top.section("sampling", keys: ["n", "temperature", "top_p", "max_tokens", "stop", "batch_size"]))
    try evaluation.read(
      top.section("evaluation", keys: ["samples", "questions", "first_iteration_samples"]))
    try selection.read(
      top.section("selection", keys: ["max_correct_per_question", "max_pairs_per_question", "deduplicate"]))
    try training.read(top.section("training", keys: ["first", "sft", "dpo"]))
  }

  /// The names that a custom task's rows have for a problem's fields.
  private static func fields(_ top: ConfigurationSection) throws -> [String: String] {
    let keys = ["id", "question", "reference", "group", "choices", "tests", "setup"]
    let section = try top.section("fields", keys: keys)
    return Dictionary(uniqueKeysWithValues: try keys.compactMap { key in try section.text(key).map { (key, $0) } })
  }

  private static func compose(_ text: String, file: String) throws -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      let (line, problem): (Int?, String) =
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
          .composer(_, let problem, let mark, _):
          (mark.line, problem)
        case .duplicatedKeysInMapping(let keys, let context):
          (context.mark.line, "the key '\(keys.sorted().joined(separator: "', '"))' stands twice")
        case .reader(let problem, _, _, _): (nil, problem)
        default: (nil, "it cannot be parsed")
        }
      throw InputError(file: file, line: line, "not valid YAML: \(problem); mend this line")
    }
  }
}

extension RunConfiguration.Data {
  fileprivate init(_ section: ConfigurationSection, resolve: (String) -> String) throws {
    let ood = try section.text("ood").map(resolve)
    for key in ["ood_limit", "ood_task"] where ood == nil && section.contains(key) {
      throw section.missing("ood", "'\(key)' needs it")
    }
    self.init(
      train: resolve(try section.requiredText("train", "give the file of the training problems")),
      trainLimit: try section.integer("train_limit", atLeast: 1),
      test: resolve(try section.requiredText("test", "give the file of the test problems")),
      testLimit: try section.integer("test_limit", atLeast: 1),
      ood: ood, oodLimit: try section.integer("ood_limit", atLeast: 1), oodTask: try section.text("ood_task"))
  }
}

extension RunConfiguration.Prompt {
  fileprivate init(_ section: ConfigurationSection) throws {
    self.init(
      shots: try section.integer("shots", atLeast: 0) ?? 0, seed: try section.seed("seed"),
      chat: try section.flag("chat") ?? false, system: try section.text("system"))
    if system != nil, !chat { throw section.missing("chat", "'system' needs a conversation; set it to true") }
  }
}

extension RunConfiguration.Sampling {
  fileprivate mutating func read(_ section: ConfigurationSection) throws {
    n = try section.integer("n", atLeast: 1) ?? n
    temperature = try section.number("temperature", .above(0)) ?? temperature
    topP = try section.number("top_p", .upTo(1, above: 0)) ?? topP
    maxTokens = try section.integer("max_tokens", atLeast: 1) ?? maxTokens
    stop = try section.texts("stop")
    batchSize = try section.integer("batch_size", atLeast: 1)
  }
}

extension RunConfiguration.Evaluation {
  fileprivate mutating func read(_ section: ConfigurationSection) throws {
    samples = try section.integer("samples", atLeast: 0) ?? samples
    questions = try section.limit("questions", default: questions)
    firstIterationSamples = try section.integer("first_iteration_samples", atLeast: 0) ?? firstIterationSamples
  }
}

extension RunConfiguration.Selection {
  fileprivate mutating func read(_ section: ConfigurationSection) throws {
    maxCorrectPerQuestion = try section.limit("max_correct_per_question", default: maxCorrectPerQuestion)
    maxPairsPerQuestion = try section.limit("max_pairs_per_question", default: maxPairsPerQuestion)
    deduplicate = try section.flag("deduplicate") ?? deduplicate
  }
}

extension RunConfiguration.Training {
  fileprivate mutating func read(_ section: ConfigurationSection) throws {
    let shared = [
      "epochs", "learning_rate", "warmup_fraction", "final_learning_rate_fraction", "weight_decay", "beta1", "beta2",
      "epsilon", "gradient_clip",
    ]
    try first.read(section.section("first", keys: shared + ["batch_tokens"]))
    try sft.read(section.section("sft", keys: shared + ["batch_tokens"]))
    try dpo.read(section.section("dpo", keys: shared + ["batch_pairs", "beta"]))
  }
}

extension TrainingSettings {
  fileprivate mutating func read(_ section: ConfigurationSection) throws {
    epochs = try section.integer("epochs", atLeast: 1) ?? epochs
    learningRate = try section.number("learning_rate", .above(0)) ?? learningRate
    batchTokens = try section.integer("batch_tokens", atLeast: 1) ?? batchTokens
    batchPairs = try section.integer("batch_pairs", atLeast: 1) ?? batchPairs
    warmupFraction = try section.number("warmup_fraction", .closed(0, 1)) ?? warmupFraction
    finalLearningRateFraction =
      try section.number("final_learning_rate_fraction", .closed(0, 1)) ?? finalLearningRateFraction
    weightDecay = try section.number("weight_decay", .closed(0, 1)) ?? weightDecay
    beta1 = try section.number("beta1", .closed(0, 0.999999)) ?? beta1
    beta2 = try section.number("beta2", .closed(0, 0.999999)) ?? beta2
    epsilon = try section.number("epsilon", .above(0)) ?? epsilon
    gradientClip = try section.number("gradient_clip", .above(0)) ?? gradientClip
    beta = try section.number("beta", .above(0)) ?? beta
  }
}
