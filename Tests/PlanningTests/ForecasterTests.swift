import Core
import Iteration
import Planning
import RunStore
import TestSupport
import Testing

/// Counts and times of whole plans, by hand.
@Suite struct ForecasterTests {
  private func stage(_ forecast: RunForecast, _ iteration: Int, _ stage: Stage) throws -> StageForecast {
    try #require(forecast.stages.first { $0.iteration == iteration && $0.stage == stage })
  }

  @Test func countsAreThoseOfTheRun() throws {
    let forecast = Forecaster(PlannedRun.input()).forecast()
    #expect(
      forecast.stages.map { "\($0.iteration) \($0.stage.rawValue)" } == [
        "1 select", "1 train", "1 evaluate_test", "1 sample_test", "1 sample_failed", "1 evaluate_ood",
        "1 sample_train",
        "2 select", "2 train", "2 evaluate_test", "2 sample_test", "2 evaluate_ood", "2 sample_train",
        "3 select", "3 train", "3 evaluate_test", "3 sample_test", "3 evaluate_ood",
      ])
    for iteration in 1...3 {
      let greedy = try stage(forecast, iteration, .evaluateTest)
      #expect(greedy.samples == Span(50) && greedy.promptTokens == Span(1000))
      // 9 tokens of a human answer and the closing one; a model's may be 0.8 to 1.4 times as long.
      #expect(greedy.generatedTokens?.estimate == 500)
      #expect(abs((greedy.generatedTokens?.low ?? 0) - 50 * 8.2) < 1e-9)
      #expect(abs((greedy.generatedTokens?.high ?? 0) - 50 * 13.6) < 1e-9)
      #expect(try stage(forecast, iteration, .sampleTest).samples == Span(80))
      #expect(try stage(forecast, iteration, .evaluateOutOfDistribution).samples == Span(30))
    }
    #expect(try stage(forecast, 1, .sampleTrain).samples == Span(1000))
    // Of 50 questions 40 % are failed: 20 of them have 4 samples already and get 12, the others get 16.
    let failed = try stage(forecast, 1, .sampleFailed)
    #expect(abs((failed.samples?.estimate ?? 0) - 0.4 * (20 * 12 + 30 * 16)) < 1e-9)
    // M_1: 100 rows of 30 tokens for 3 epochs.
    #expect(try stage(forecast, 1, .train).trainedTokens == Span(9000))
    let rows = try #require(try stage(forecast, 3, .select).rows)
    let expected = SelectionForecast(sampleCount: 10, coverage: 0.5, concentration: 1, textCount: nil)
    #expect(abs(rows.estimate - 100 * expected.supervisedRows(limit: 4)) < 1e-9 && rows.low < rows.estimate)
    #expect(forecast.totals.samples.estimate == forecast.stages.compactMap(\.samples?.estimate).reduce(0, +))
  }

  @Test func controlsHaveTheirOwnRows() throws {
    let restart = Forecaster(PlannedRun.input(.restart)).forecast()
    #expect(try stage(restart, 3, .select).rows == Span(100))
    #expect(!restart.stages.contains { $0.iteration == 2 && $0.stage == .sampleTrain })
    let gold = Forecaster(PlannedRun.input(.gold)).forecast()
    #expect(try stage(gold, 2, .select).rows == stage(Forecaster(PlannedRun.input(.sft)).forecast(), 2, .select).rows)
  }

  @Test func givenAnswersAreCutAtTheLimit() throws {
    var input = PlannedRun.input()
    input.answerTokens = 250
    let forecast = Forecaster(input).forecast()
    #expect(try stage(forecast, 1, .sampleTrain).generatedTokens == Span(1000 * 100))
    #expect(forecast.findings.contains { $0.text.contains("most are cut off") })
  }

  @Test func processorsByHand() throws {
    var input = PlannedRun.input(model: nil)
    func rate(_ name: String, _ value: Double) -> PlanConstant { PlanConstant(name, Span(value), "FLOP/s", .given, "") }
    input.processorRates = ProcessorRates(
      training: rate("t", 1e6), preference: rate("p", 2e6), scoring: rate("s", 4e6), sampling: rate("n", 5e6),
      greedy: rate("g", 1e5))
    input.answerTokens = 10
    let forecast = Forecaster(input).forecast()
    let shape = input.shape
    // 100 rows × 30 tokens × 3 epochs, the head for the 10 tokens of each answer, 15 positions back on average.
    let first = 3 * shape.forwardFLOP(tokens: 9000, headPositions: 3000, attended: 15) / 1e6
    let written = 4 * Double(shape.parameterCount) / 2e8
    #expect(abs(try stage(forecast, 1, .train).seconds.estimate - first - written) < 1e-9)
    let greedy = try stage(forecast, 1, .evaluateTest)
    let answered =
      (shape.forwardFLOP(tokens: 1000, headPositions: 50, attended: 10)
        + shape.forwardFLOP(tokens: 500, headPositions: 500, attended: 25)) / 1e5
    let judged = try #require(greedy.judgingSeconds)
    #expect(abs(greedy.seconds.estimate - answered - judged.estimate) < 1e-9)
    // DPO computes the prompt once, the pair's two answers, and the reference once.
    let pairs = try stage(forecast, 2, .train)
    let count = try #require(pairs.rows).estimate
    #expect(abs((pairs.trainedTokens?.estimate ?? 0) - count * 40) < 1e-6)
    let attended = (20.0 * 10 + 20 * 25) / 40
    let forward = shape.forwardFLOP(tokens: count * 40, headPositions: count * 20, attended: attended)
    #expect(abs(pairs.seconds.estimate - 3 * forward / 2e6 - forward / 4e6 - written) < 1e-6)
  }

  @Test func gpusByHand() throws {
    var input = PlannedRun.input()
    try input.chooseEngines(gpu: GPUModel.named("H100"), gpus: 8, file: "run.yaml")
    input.answerTokens = 10
    input.pricePerHour = 2.5
    let forecast = Forecaster(input).forecast()
    let train = try stage(forecast, 1, .train)
    // Four passes (one of them recomputed) over 9000 tokens, rows all of one length, 8 GPUs at 35 % of 989.4 TFLOP/s;
    // the weights in float32 read and written at 1 GB/s; 59 s to start.
    let flop = 4 * input.shape.forwardFLOP(tokens: 9000, headPositions: 9000, attended: 15)
    let expected = flop / (8 * 989.4e12 * 0.35) + 2 * 4 * 6_738_415_616 / 1e9 + 59
    #expect(abs(train.seconds.estimate - expected) < 1e-6 * expected)
    #expect(train.memory?.fits == true && train.memory?.available == 80e9)
    #expect(abs((train.gpuHours?.estimate ?? 0) - expected * 8 / 3600) < 1e-6)
    let hours = try #require(forecast.totals.gpuHours)
    #expect(abs(hours.estimate * 2.5 - (forecast.totals.dollars?.estimate ?? 0)) < 1e-9)
    #expect(hours.low < hours.estimate && hours.estimate < hours.high)
    #expect(forecast.findings.contains { $0.text.contains("nobody has measured training and sampling") })
    #expect(forecast.constants.contains { $0.basis == .assumed && $0.name == "training utilisation" })

    // A rate that the user measured takes the assumption's place.
    input.gpuRates = GPURates(samplingTokensPerSecond: 1000, trainingTokensPerSecond: 100)
    let given = Forecaster(input).forecast()
    let seconds = 9000.0 / 800 + 2 * 4 * 6_738_415_616 / 1e9 + 59
    #expect(abs(try stage(given, 1, .train).seconds.estimate - seconds) < 1e-6 * seconds)
    #expect(!given.findings.contains { $0.text.contains("nobody has measured") })
  }

  @Test func oneGPUIsRefusedWithAdvice() throws {
    var input = PlannedRun.input()
    try input.chooseEngines(gpu: GPUModel.named("a100-40"), gpus: 1, file: "run.yaml")
    let forecast = Forecaster(input).forecast()
    #expect(!forecast.isPossible)
    let refused = forecast.findings.filter { $0.gravity == .refused }.map(\.text).joined(separator: "\n")
    #expect(
      refused.contains("training of M_1 does not fit") && refused.contains("DPO of M_2 does not fit"), "\(refused)")
    #expect(refused.contains("it fits with") && refused.contains("lora: {rank: 16}"), "\(refused)")
    #expect(ForecastText(forecast).text.contains("TOO SMALL"))
  }

  @Test func weightsInBFloat16CannotHoldSmallSteps() throws {
    var input = PlannedRun.input()
    try input.chooseEngines(gpu: GPUModel.named("h100"), gpus: 8, file: "run.yaml")
    input.trainer = .workers(PlannedTrainer.Workers(processes: 8, precision: .bfloat16))
    #expect(Forecaster(input).forecast().findings.contains { $0.text.contains("5e-07 changes no weight") })
    input.trainer = .workers(PlannedTrainer.Workers(processes: 8, precision: .mixed))
    #expect(!Forecaster(input).forecast().findings.contains { $0.text.contains("changes no weight") })
  }

  @Test func aServerChargesItsTokens() throws {
    var input = PlannedRun.input()
    input.answerTokens = 10
    input.sampler = .endpoint(
      PlannedSampler.Endpoint(concurrency: 4, promptPerMillion: 1, completionPerMillion: 2, budgetTokens: 10_000))
    let forecast = Forecaster(input).forecast()
    let sampled = try stage(forecast, 1, .sampleTrain)
    // 100 prompts of 20 tokens, or one for each of 1000 answers where the server does not take `n`.
    #expect(abs((sampled.endpointDollars?.estimate ?? 0) - (2000 * 1 + 10_000 * 2) / 1e6) < 1e-12)
    #expect(abs((sampled.endpointDollars?.high ?? 0) - (20_000 * 1 + 10_000 * 2) / 1e6) < 1e-12)
    #expect(forecast.findings.contains { $0.gravity == .refused && $0.text.contains("budget") })
    #expect(forecast.totals.gpuHours == nil && forecast.totals.dollars == forecast.totals.endpointDollars)
  }

  @Test func startsThatCostMoreThanTheWorkAreNamed() throws {
    var input = PlannedRun.input()
    try input.chooseEngines(gpu: GPUModel.named("h100"), gpus: 1, file: "run.yaml")
    input.sampler = .workers(PlannedSampler.Workers(questionsPerCall: 10))
    let forecast = Forecaster(input).forecast()
    #expect(forecast.findings.contains { $0.text.contains("once for 10 questions") })
    let once = try stage(forecast, 1, .sampleTrain).working.contains { $0.hasPrefix("starting: 10.0 ×") }
    #expect(once)
  }

  @Test func gpusThatWaitForVerdictsAreNamed() throws {
    var input = PlannedRun.input { configuration in
      configuration.task = "mbpp"
      configuration.sampling.n = 1000
    }
    try input.chooseEngines(gpu: GPUModel.named("h100"), gpus: 8, file: "run.yaml")
    #expect(Forecaster(input).forecast().findings.contains { $0.text.contains("which 2 processor cores give") })
    input.threads = 500
    #expect(!Forecaster(input).forecast().findings.contains { $0.text.contains("processor cores give") })
  }

  /// Whatever a file says, a plan ends.
  @Test func absurdNumbersEndInAPlan() {
    for model in [nil, KnownModel.named(byPath: "Llama-2-7b-hf")] {
      let input = PlannedRun.input(model: model) { configuration in
        configuration.sampling.n = .max
        configuration.sampling.maxTokens = .max
        configuration.evaluation = .init(samples: .max, questions: .max, firstIterationSamples: .max)
        configuration.selection = .init(maxCorrectPerQuestion: nil, maxPairsPerQuestion: nil)
        configuration.training.first.epochs = .max
        configuration.training.dpo.batchPairs = .max
        configuration.training.sft.batchTokens = .max
      }
      let forecast = Forecaster(input).forecast()
      #expect(forecast.totals.seconds.estimate > 1e9 && !ForecastText(forecast, explains: true).text.isEmpty)
    }
  }

  @Test func aPromptThatTheModelCannotTakeIsRefused() {
    var input = PlannedRun.input(model: nil)
    input.train = PlannedRun.questions(100, prompt: 300)
    #expect(
      Forecaster(input).forecast().findings.contains { $0.gravity == .refused && $0.text.contains("fewer shots") })
  }

  @Test func anUnknownGPUNamesTheKnownOnes() {
    let error = #expect(throws: InputError.self) { try GPUModel.named("h900") }
    #expect(error?.message.contains("h100, h100-pcie, a100") == true)
    #expect(Set(GPUModel.all.map(\.name)).count == GPUModel.all.count)
  }

  /// Everything a reader of the text sees, byte for byte.
  @Test func textAndExplanation() throws {
    var input = PlannedRun.input()
    try input.chooseEngines(gpu: GPUModel.named("h100"), gpus: 8, file: "run.yaml")
    input.pricePerHour = 2.5
    let forecast = Forecaster(input).forecast()
    try expectSnapshot(ForecastText(forecast, explains: true).text, "gpu.txt", in: .module)
    let json = try forecast.json()
    #expect(json.contains("\"gpu_hours\":{") && json.contains("\"basis\":\"data_sheet\"") && !json.contains("\n"))
  }
}
