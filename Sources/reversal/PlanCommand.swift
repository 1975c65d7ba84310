import ArgumentParser
import Core
import Foundation
import LanguageModel
import Planning

/// `reversal plan`: what a run will take, before anything is spent.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Tell what a run will take before it is begun: answers, tokens, hours, memory, disk, money.",
    discussion: """
      Reads a run's YAML file, the model's config.json and tokenizer and the questions, as far as they are there, and no \
      weights; it needs neither a GPU nor the network. A model that is not there is known by its name (as \
      meta-llama/Llama-2-7b-hf), and a benchmark by its official size. What nobody measured is an assumption with its range, \
      and --explain shows every formula with its constants. The exit status is 1 where the run does not fit. See \
      docs/planning.md.
      """)

  @Argument(help: "The YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var config: String

  @Option(help: "Kind of GPU, as h100, a100, l40s or rtx4090; an unknown one lists them.")
  var gpu: String?

  @Option(help: "GPUs; instead of the configuration's, or 1.")
  var gpus: Int?

  @Option(help: "Dollars an hour of one GPU, or of this machine where there is none.")
  var price: Double?

  @Option(help: "Tokens of a model's answer on average; otherwise as long as the human ones.")
  var answerTokens: Double?

  @Option(help: "Share of M_1's samples that are correct, above 0 and below 1; otherwise the paper's, or a guess.")
  var coverage: Double?

  @Option(help: "Tokens that one GPU trains a second, as you measured it; instead of an assumed utilisation.")
  var trainRate: Double?

  @Option(help: "Tokens that one GPU generates a second, as you measured it; instead of an assumed utilisation.")
  var sampleRate: Double?

  @Flag(help: "Measure the embedded engine on this machine first, on the model's shape; takes some ten seconds.")
  var calibrate = false

  @Option(help: "Processor cores; instead of the configuration's.")
  var threads: Int?

  @Flag(help: "Also show how each number comes about, and what it rests on.")
  var explain = false

  @Flag(help: "One JSON object with everything, instead of tables.")
  var json = false

  @OptionGroup var memory: MemoryOptions

  func validate() throws {
    if let gpus, gpus < 1 { throw ValidationError("--gpus is \(gpus); give 1 or more") }
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads); give 1 or more") }
    for (name, value) in [
      ("--price", price), ("--answer-tokens", answerTokens), ("--train-rate", trainRate), ("--sample-rate", sampleRate),
    ] {
      if let value, !(value > 0 && value < 1e12) { throw ValidationError("\(name) is \(value); give a number above 0") }
    }
    if let coverage, !(coverage > 0 && coverage < 1) {
      throw ValidationError("--coverage is \(coverage); give a share above 0 and below 1, as 0.4")
    }
    if gpu == nil {
      for (name, isGiven) in [
        ("--gpus", gpus != nil), ("--train-rate", trainRate != nil), ("--sample-rate", sampleRate != nil),
      ] where isGiven { throw ValidationError("\(name) goes with --gpu; add it") }
    }
  }

  func run() throws {
    let forecast = Forecaster(try input()).forecast()
    if json {
      print(try forecast.json())
    } else {
      print(ForecastText(forecast, explains: explain).text, terminator: "")
    }
    guard forecast.isPossible else { throw PlanFailure() }
  }

  private func input() throws -> PlanInput {
    let reader = try PlanReader(
      URL(filePath: config), threads: threads ?? ProcessInfo.processInfo.activeProcessorCount
    ) { folder in try ChatPrompt(model: folder).render }
    var input = try reader.input(coverage: coverage, answerTokens: answerTokens)
    if let threads {
      input.threads = threads
      input.processorRates = .uncalibrated(threads: threads)
    }
    input.pricePerHour = price
    input.gpuRates = GPURates(samplingTokensPerSecond: sampleRate, trainingTokensPerSecond: trainRate)
    try input.chooseEngines(gpu: try gpu.map(GPUModel.named), gpus: gpus, file: config)
    if memory.memoryCheck { input.machineMemory = SystemMemory.room.left() }
    input.residentMemory = SystemMemory.resident
    if calibrate {
      guard input.usesNativeEngine else {
        throw InputError(
          file: config, "nothing of this plan runs on the embedded engine, which --calibrate measures; leave it out")
      }
      Console.say("measuring the embedded engine on this machine …")
      let rates = try NativeCalibration(input.shape.configuration, NativeCalibration.Load(input)).rates()
      input.processorRates = rates
    }
    return input
  }
}

/// The run that was planned does not fit; the plan itself says what and why.
struct PlanFailure: Error {}
