import Core
import Foundation
import Iteration
import Testing

@Suite struct RunConfigurationTests {
  static let file = URL(fileURLWithPath: "/somewhere/config.yaml")
  static let needed = """
    task: gsm8k
    model: m0
    method: sft
    data: {train: train.jsonl, test: /data/test.jsonl}

    """

  static func read(_ yaml: String) throws -> RunConfiguration { try RunConfiguration(yaml: yaml, file: file) }

  @Test func theDefaultsAreThePapers() throws {
    let configuration = try Self.read(Self.needed)
    #expect(configuration.iterations == 5)
    #expect(configuration.sampling == RunConfiguration.Sampling(n: 50, temperature: 0.75, topP: 0.95, maxTokens: 512))
    #expect(configuration.evaluation.samples == 50)
    #expect(configuration.evaluation.questions == nil)
    #expect(configuration.evaluation.firstIterationSamples == 64)
    #expect(configuration.selection.maxCorrectPerQuestion == nil)
    #expect(configuration.reference == .previous)
    #expect(configuration.training.dpo.beta == 0.1)
  }

  @Test func pathsAreRelativeToTheFile() throws {
    let configuration = try Self.read(Self.needed)
    #expect(configuration.model == "/somewhere/m0")
    #expect(configuration.data == RunConfiguration.Data(train: "/somewhere/train.jsonl", test: "/data/test.jsonl"))
  }

  @Test func everyKeyArrives() throws {
    let configuration = try Self.read(
      """
      task: gsm8k
      model: ../m0
      method: sft-dpo
      iterations: 3
      seed: 18446744073709551615
      reference: initial
      threads: 2
      data: {train: a, train_limit: 64, test: b, test_limit: 32, ood: c, ood_limit: 16, ood_task: math}
      sampling: {n: 8, temperature: 1, top_p: 1, max_tokens: 99, stop: ["END", "\\n\\n"], batch_size: 4}
      evaluation: {samples: 6, questions: 5, first_iteration_samples: 7}
      selection: {max_correct_per_question: 4, max_pairs_per_question: null, deduplicate: false}
      training:
        first: {epochs: 2, learning_rate: 1e-3, batch_tokens: 10, warmup_fraction: 0, final_learning_rate_fraction: 1}
        sft: {weight_decay: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, gradient_clip: 2}
        dpo: {batch_pairs: 3, beta: 0.5}
      """)
    #expect(
      configuration
        == RunConfiguration(
          task: "gsm8k", model: "/m0",
          data: RunConfiguration.Data(
            train: "/somewhere/a", trainLimit: 64, test: "/somewhere/b", testLimit: 32, ood: "/somewhere/c",
            oodLimit: 16, oodTask: "math"),
          method: .sftDPO, iterations: 3, seed: .max,
          sampling: RunConfiguration.Sampling(
            n: 8, temperature: 1, topP: 1, maxTokens: 99, stop: ["END", "\n\n"], batchSize: 4),
          evaluation: RunConfiguration.Evaluation(samples: 6, questions: 5, firstIterationSamples: 7),
          selection: RunConfiguration.Selection(
            maxCorrectPerQuestion: 4, maxPairsPerQuestion: nil, deduplicate: false),
          training: RunConfiguration.Training(
            first: TrainingSettings(
              epochs: 2, learningRate: 1e-3, batchTokens: 10, warmupFraction: 0, finalLearningRateFraction: 1),
            sft: TrainingSettings(weightDecay: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, gradientClip: 2),
            dpo: TrainingSettings(learningRate: 5e-7, batchPairs: 3, beta: 0.5)),
          reference: .initial, threads: 2))
  }

  @Test func promptsAndFieldsArrive() throws {
    let configuration = try Self.read(
      Self.needed + """
        prompt: {shots: 4, seed: 7, chat: true, system: Be brief.}
        fields: {question: item.stem, reference: key}

        """)
    #expect(configuration.prompt == RunConfiguration.Prompt(shots: 4, seed: 7, chat: true, system: "Be brief."))
    #expect(configuration.fields == ["question": "item.stem", "reference": "key"])
    #expect(try Self.read(Self.needed).prompt == nil)
    #expect(try Self.read(Self.needed + "prompt: {shots: 2}\n").prompt == RunConfiguration.Prompt(shots: 2))
  }

  @Test(
    arguments: [
      ("prompt: {shot: 3}", 5, "unknown key 'shot' in prompt; did you mean 'shots'?"),
      ("prompt: {shots: -1}", 5, "'prompt.shots' is '-1'; it must be at least 0"),
      ("prompt: {system: Hello}", 5, "the key 'prompt.chat' is missing; 'system' needs a conversation"),
      ("fields: {questions: q}", 5, "unknown key 'questions' in fields; did you mean 'question'?"),
      ("iteration: 3", 5, "unknown key 'iteration'; did you mean 'iterations'?"),
      (
        "training: {sft: {learning_rat: 1}}", 5,
        "unknown key 'learning_rat' in training.sft; did you mean 'learning_rate'?"
      ),
      ("training:\n  sft:\n    lr: 1", 7, "unknown key 'lr' in training.sft; known are epochs, learning_rate,"),
      ("training:\n  sft: {beta: 1}", 6, "unknown key 'beta' in training.sft; did you mean 'beta1'?"),
      ("sampling: {N: 8}", 5, "unknown key 'N' in sampling; did you mean 'n'?"),
      ("sampling: {maxTokens: 8}", 5, "unknown key 'maxTokens' in sampling; did you mean 'max_tokens'?"),
      ("evaluation: {pass_at_k: 8}", 5, "unknown key 'pass_at_k' in evaluation; known are samples, questions,"),
      ("iterations: many", 5, "'iterations' is 'many'; it must be a whole number"),
      ("iterations: '3'", 5, "'iterations' is '3'; it must be a whole number"),
      ("iterations: 2.5", 5, "'iterations' is '2.5'; it must be a whole number"),
      ("iterations: 0", 5, "'iterations' is '0'; it must be at least 1"),
      ("seed: -1", 5, "'seed' is '-1'; it must be a whole number from 0 to 18446744073709551615"),
      ("sampling: {n: [1, 2]}", 5, "'sampling.n' is a list; it must be a whole number"),
      ("sampling: {temperature: 0}", 5, "'sampling.temperature' is '0'; it must be a number above 0"),
      ("sampling: {temperature: warm}", 5, "'sampling.temperature' is 'warm'; it must be a number"),
      ("sampling: {temperature: .nan}", 5, "'sampling.temperature' is '.nan'; it must be a number"),
      ("sampling: {top_p: 1.5}", 5, "'sampling.top_p' is '1.5'; it must be a number above 0 and at most 1"),
      ("sampling: {stop: END}", 5, "'sampling.stop' is 'END'; it must be a list of texts"),
      ("sampling: 8", 5, "'sampling' must be a mapping of keys to values (key: value)"),
      ("selection: {deduplicate: 1}", 5, "'selection.deduplicate' is '1'; it must be true or false"),
      ("selection: {max_pairs_per_question: 0}", 5, "'selection.max_pairs_per_question' is '0'; it must be at least 1"),
      ("reference: last", 5, "'reference' is 'last'; it must be one of previous, initial"),
      ("method: dpo", nil, "not valid YAML: the key 'method' stands twice"),
      ("sampling: {n: 8", nil, "not valid YAML:"),
      ("\tthreads: 2", 5, "not valid YAML:"),
    ] as [(String, Int?, String)])
  func aWrongLineIsNamedAndExplained(yaml: String, line: Int?, message: String) throws {
    let error = #expect(throws: InputError.self) { try Self.read(Self.needed + yaml) }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    #expect(error?.file == "/somewhere/config.yaml")
    if let line { #expect(error?.line == line) }
    #expect(error?.description.contains("\n") == false)
  }

  @Test(arguments: [
    ("task", "the key 'task' is missing"),
    ("model", "the key 'model' is missing; give the folder of the base model M_0"),
    ("method", "the key 'method' is missing; give one of sft, dpo, sft-dpo, gold, restart"),
    ("data", "the key 'data' is missing"),
  ])
  func aMissingKeyIsNamed(key: String, message: String) throws {
    let yaml = Self.needed.split(separator: "\n").filter { !$0.hasPrefix(key) }.joined(separator: "\n")
    let error = #expect(throws: InputError.self) { try Self.read(yaml) }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  @Test(arguments: [
    ("data: {train: a}", "the key 'data.test' is missing"),
    ("data: {train: a, test: b, ood_limit: 3}", "the key 'data.ood' is missing; 'ood_limit' needs it"),
    ("data: files.jsonl", "'data' must be a mapping"),
  ])
  func dataMustNameItsFiles(data: String, message: String) throws {
    let error = #expect(throws: InputError.self) { try Self.read("task: t\nmodel: m\nmethod: sft\n" + data) }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    #expect(error?.line == 4)
  }

  @Test func anEmptyOrMissingFileIsRefused() throws {
    #expect(throws: InputError.self) { try Self.read("") }
    let error = #expect(throws: InputError.self) { try RunConfiguration.read(Self.file) }
    #expect(error?.description.hasPrefix("/somewhere/config.yaml: cannot be read") == true)
  }

  static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func theExampleIsValid() throws {
    let (configuration, _) = try RunConfiguration.read(
      Self.package.appendingPathComponent("examples/gsm8k-llama3-tiny.yaml"))
    #expect(configuration.task == "gsm8k")
    #expect(configuration.iterations == 3)
    #expect(configuration.sampling.n == 8)
    #expect(configuration.data?.trainLimit == 64)
    #expect(configuration.data?.testLimit == 64)
  }

  @Test func theDocumentationHasEveryKey() throws {
    let text = try String(
      contentsOf: Self.package.appendingPathComponent("docs/configuration.md"), encoding: .utf8)
    for key in [
      "task", "model", "method", "iterations", "seed", "reference", "threads", "train", "train_limit", "test",
      "test_limit", "ood", "ood_limit", "ood_task", "n", "temperature", "top_p", "max_tokens", "stop", "batch_size",
      "samples", "questions", "first_iteration_samples", "max_correct_per_question", "max_pairs_per_question",
      "deduplicate", "epochs", "learning_rate", "warmup_fraction", "final_learning_rate_fraction", "weight_decay",
      "beta1", "beta2", "epsilon", "gradient_clip", "batch_tokens", "batch_pairs", "beta", "prompt", "fields", "shots",
      "chat", "system", "engine", "url", "api", "key_env", "key_file", "concurrency", "timeout_s", "retries", "budget",
      "price", "load_command", "load_timeout_s", "token_env", "token_file", "python", "folder", "attempts", "device",
      "dtype", "options", "backend", "block", "actors", "cpus_per_actor", "gpus_per_actor", "shard_samples",
      "processes", "cpus_per_process", "micro_rows", "recompute", "save_every", "restarts", "strategy", "batch_rows",
      "lora",
    ] {
      #expect(text.contains("| `\(key)` |"), "\(key)")
    }
  }
}
