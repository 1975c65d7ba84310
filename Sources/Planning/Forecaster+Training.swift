import Core
import Foundation
import Iteration
import LanguageModel
import RunStore

/// What is computed in a training.
struct TrainingWork {
  let step: ImprovementMethod.Step
  let settings: TrainingSettings
  let rows: Span
  /// Of a prompt and of an answer with its end.
  let promptTokens: Span
  let answerTokens: Span
  /// Over all epochs, as the trainer computes them, without padding.
  let tokens: Span
  /// FLOP of a forward pass over `tokens`.
  let forwardFLOP: Span
  var isPreference: Bool { step == .selfDPO }
}

extension Forecaster {
  func training(_ iteration: Int) -> StageForecast {
    var stage = StageForecast(StageKey(iteration, .train))
    let work = trainingWork(iteration)
    stage.rows = work.rows
    stage.trainedTokens = work.tokens
    stage.working.append(tokenLine(work))
    switch input.trainer {
    case .native: trainNatively(work, iteration, &stage)
    case .workers(let workers): train(work, workers, &stage)
    }
    return stage
  }

  private func trainingWork(_ iteration: Int) -> TrainingWork {
    let step = input.configuration.method.step(at: iteration)
    let settings = settings(of: step)
    let rows = rows(iteration).0
    let prompt = input.train.prompts.meanTokens
    let isHuman = step == .humanAnswers || step == .goldAnswers
    let answer = isHuman ? input.train.answers.meanTokens + Span(1) : answerTokens(input.train)
    let epochs = Double(settings.epochs)
    // Only the embedded engine computes the prompt of a pair once.
    let perRow: Span
    switch (step, input.trainer) {
    case (.selfDPO, .native): perRow = prompt + answer * 2
    case (.selfDPO, .workers): perRow = (prompt + answer) * 2
    default: perRow = prompt + answer
    }
    var tokens = rows * perRow * epochs
    // The rows themselves are known.
    if step == .humanAnswers, let each = input.train.rows {
      tokens = input.train.prompts.factor * Double(each.reduce(0, +)) * epochs
    }
    let flop = Span.increasing(tokens, prompt, answer) { tokens, p, a in
      switch (step, input.trainer) {
      case (.selfDPO, .native):
        // Tokens of the prompt look at half of it, those of the answers at the prompt and half their own.
        let attended = (p * p / 2 + 2 * a * (p + a / 2)) / (p + 2 * a)
        return input.shape.forwardFLOP(tokens: tokens, headPositions: tokens * 2 * a / (p + 2 * a), attended: attended)
      case (_, .native):
        return input.shape.forwardFLOP(tokens: tokens, headPositions: tokens * a / (p + a), attended: (p + a) / 2)
      case (_, .workers):
        // transformers computes the logits of every position.
        return input.shape.forwardFLOP(tokens: tokens, headPositions: tokens, attended: (p + a) / 2)
      }
    }
    return TrainingWork(
      step: step, settings: settings, rows: rows, promptTokens: prompt, answerTokens: answer, tokens: tokens,
      forwardFLOP: flop)
  }

  private func tokenLine(_ work: TrainingWork) -> String {
    let answers = PlanNumber.decimal(work.answerTokens)
    let row: String
    switch (work.step, input.trainer) {
    case (.selfDPO, .native): row = "(\(PlanNumber.decimal(work.promptTokens)) prompt + 2 × \(answers) answer)"
    case (.selfDPO, .workers): row = "2 × (\(PlanNumber.decimal(work.promptTokens)) prompt + \(answers) answer)"
    default: row = "(\(PlanNumber.decimal(work.promptTokens)) prompt + \(answers) answer)"
    }
    return "tokens = \(PlanNumber.count(work.rows)) rows × \(row) × \(work.settings.epochs) epochs = "
      + PlanNumber.count(work.tokens)
  }

  // MARK: The embedded engine

  private func trainNatively(_ work: TrainingWork, _ iteration: Int, _ stage: inout StageForecast) {
    let (examples, isWhole) = examples(work)
    var settings = work.settings
    settings.seed = StageSeeds(seed: input.configuration.seed).training(iteration: iteration)
    // A plan of more steps than a file can mean is estimated too.
    let isCounted = isWhole && settings.epochs <= 5_000_000 / max(1, input.train.count)
    let engine = FineTuningSettings(
      epochs: isCounted ? settings.epochs : 1, optimizer: OptimizerSettings(learningRate: settings.learningRate),
      batchTokens: settings.batchTokens, batchPairs: settings.batchPairs, seed: settings.seed, threads: input.threads)
    stage.steps =
      isCounted ? Span(TrainingPlan(examples, engine).steps.count) : steps(work, rowsPerStep: nil)
    let rates = input.processorRates
    let rate = work.isPreference ? rates.preference : rates.training
    var seconds = work.forwardFLOP * 3 / rate.value
    var line =
      "time = 3 × \(PlanNumber.scientific(work.forwardFLOP)) FLOP forward / \(PlanNumber.scientific(rate.value)) FLOP/s"
    if work.isPreference {
      seconds += work.forwardFLOP / Double(settings.epochs) / rates.scoring.value
      line += " + the reference once / \(PlanNumber.scientific(rates.scoring.value)) FLOP/s"
    }
    seconds += Span(checkpointBytes) / Self.nativeStorage.value
    stage.seconds = seconds
    stage.working.append(line + " + \(PlanNumber.bytes(checkpointBytes)) written = \(PlanNumber.duration(seconds))")
    let estimate = MemoryEstimate(
      input.shape.configuration, weightBytes: 4 * input.shape.parameterCount, adapter: nil, examples, engine,
      resident: input.residentMemory)
    stage.memory = MemoryForecast(
      .machine,
      [
        .init("weights", Double(estimate.weights)), .init("gradients", Double(estimate.gradients)),
        .init("AdamW moments", Double(estimate.optimizer)), .init("activations", Double(estimate.activations)),
        .init("workspace", Double(estimate.workspace)), .init("program and rows", Double(estimate.resident)),
      ], available: input.machineMemory.map { Double($0 + input.residentMemory) })
    stage.working.append("memory: the embedded engine's own estimate for such rows")
  }

  /// Rows of the lengths that are expected, and whether they are all of them: memory needs no more than some.
  private func examples(_ work: TrainingWork) -> (TrainingExamples, isWhole: Bool) {
    let limit = 4000
    let isWhole = work.step == .humanAnswers && input.train.rows != nil
    let count = isWhole ? input.train.count : max(1, Int(min(Double(limit), work.rows.estimate.rounded(.up))))
    let prompts = input.train.prompts.representatives(count)
    let scale =
      work.step == .humanAnswers || work.step == .goldAnswers
      ? 1 : work.answerTokens.estimate / max(1, input.train.answers.mean + 1)
    let answers = input.train.answers.representatives(count).map {
      let length = Int((Double($0 + 1) * scale).rounded())
      return max(1, scale == 1 ? length : min(length, input.configuration.sampling.maxTokens))
    }
    func row(_ index: Int, _ token: Int32) -> TokenRow {
      let prompt = max(1, prompts[index])
      return TokenRow(
        tokens: [Int32](repeating: 0, count: prompt) + [Int32](repeating: token, count: answers[index]),
        promptCount: prompt)
    }
    if work.isPreference {
      return (.preference((0..<count).map { TokenPair(chosen: row($0, 1), rejected: row($0, 2)) }), isWhole)
    }
    return (.supervised((0..<count).map { row($0, 1) }), isWhole)
  }

  /// - Parameter rowsPerStep: Of supervised training; nil for as many as fill a batch of tokens.
  private func steps(_ work: TrainingWork, rowsPerStep: Double?) -> Span {
    let epochs = Double(work.settings.epochs)
    if work.isPreference {
      return work.rows.map { ($0 / Double(work.settings.batchPairs)).rounded(.up) * epochs }
    }
    if let rowsPerStep { return work.rows.map { ($0 / rowsPerStep).rounded(.up) * epochs } }
    // A batch ends before the row that would not fit: half a row stays empty.
    let mean = work.promptTokens.estimate + work.answerTokens.estimate
    let filled = max(mean, Double(work.settings.batchTokens) - mean / 2)
    return work.tokens.map { ($0 / epochs / filled).rounded(.up) * epochs }
  }

  // MARK: Workers

  private func train(_ work: TrainingWork, _ workers: PlannedTrainer.Workers, _ stage: inout StageForecast) {
    let mean = work.promptTokens.estimate + work.answerTokens.estimate
    let processes = Double(workers.processes)
    let rowsPerStep =
      workers.batchRows.map(Double.init)
      ?? max(processes, (Double(work.settings.batchTokens) / mean / processes).rounded(.down) * processes)
    stage.steps = steps(work, rowsPerStep: rowsPerStep)
    let padding = padding(workers.microRows)
    // Forward once, backward twice; a frozen model has no gradients of its weights; recomputation is a pass more.
    let passes = (workers.loraRank == nil ? 3.0 : 2.0) + (workers.recomputes ? 1 : 0)
    let reference = work.isPreference ? 1.0 : 0
    let flop = work.forwardFLOP * padding * (passes + reference)
    let rate: Span
    var line: String
    if !workers.usesGPU {
      rate = ProcessorRates.transformers(threads: input.threads).training.value
      line = "time = \(PlanNumber.scientific(flop)) FLOP / \(PlanNumber.scientific(rate)) FLOP/s"
    } else {
      let peak =
        workers.precision == .float32 ? input.gpu?.float32Peak ?? 1 : input.gpu?.bfloat16Peak ?? 1
      rate = input.gpuRates.training.value * (peak * processes)
      line =
        "time = \(PlanNumber.significant(passes + reference)) passes × \(PlanNumber.scientific(work.forwardFLOP)) FLOP × "
        + "\(PlanNumber.decimal(padding)) padding / (\(workers.processes) × \(PlanNumber.scientific(Span(peak))) FLOP/s × "
        + "\(PlanNumber.decimal(input.gpuRates.training.value)))"
    }
    var seconds = flop / rate
    if workers.usesGPU, let given = input.gpuRates.trainingTokensPerSecond {
      seconds = work.tokens / (given.value * processes)
      line =
        "time = \(PlanNumber.count(work.tokens)) tokens / (\(workers.processes) × \(PlanNumber.decimal(given.value)))"
    }
    // Read, and written once; DPO reads its reference too.
    let moved = Span(checkpointBytes * (work.isPreference ? 3 : 2)) / GPURates.storage.value
    let start = GPURates.trainerStart.value
    stage.seconds = seconds + moved + start
    stage.working.append(
      line + " + \(PlanNumber.duration(start)) start + \(PlanNumber.duration(moved)) model files = "
        + PlanNumber.duration(stage.seconds))
    let memory = trainingMemory(work.step, workers)
    stage.memory = memory.forecast(available: workers.usesGPU ? input.gpu?.memoryBytes : nil)
    stage.working.append(memoryLine(stage.memory, rowTokens: memory.rowTokens))
  }

  /// The memory of one process in a training.
  func trainingMemory(_ step: ImprovementMethod.Step, _ workers: PlannedTrainer.Workers) -> TrainingMemory {
    // Correct answers are taken to be no longer than human ones; a rejected one may be one that was cut off.
    let longestPair =
      Double(input.train.prompts.longest) * input.train.prompts.factor.estimate
      + Double(input.configuration.sampling.maxTokens)
    let longest = step == .selfDPO ? max(longestPair, Double(input.train.longestRow)) : Double(input.train.longestRow)
    let hasReference =
      step == .selfDPO && (workers.loraRank == nil || input.configuration.reference == .initial)
    return TrainingMemory(
      shape: input.shape, workers: workers,
      rowTokens: Int(min(longest, Double(input.shape.configuration.maxPositionCount))),
      isPreference: step == .selfDPO, hasReference: hasReference)
  }

  private func memoryLine(_ memory: MemoryForecast?, rowTokens: Int) -> String {
    guard let memory else { return "" }
    let parts = memory.parts.map { "\($0.name) \(PlanNumber.bytes($0.bytes))" }.joined(separator: " + ")
    return "memory = \(parts) = \(PlanNumber.bytes(memory.total)), rows of up to \(rowTokens) tokens"
  }

  /// Computed tokens a token, where each row of a micro-batch is as long as its longest.
  private func padding(_ microRows: Int) -> Span {
    guard microRows > 1 else { return Span(1) }
    guard let rows = input.train.rows, let longest = TokenLengths(counted: rows, source: "").meanLongest(of: microRows)
    else { return GPURates.padding.value }
    return Span(longest / (Double(rows.reduce(0, +)) / Double(rows.count)))
  }
}

extension Span {
  /// A function of three spans that rises with each.
  static func increasing(_ a: Span, _ b: Span, _ c: Span, _ function: (Double, Double, Double) -> Double) -> Span {
    Span(
      function(a.estimate, b.estimate, c.estimate), low: function(a.low, b.low, c.low),
      high: function(a.high, b.high, c.high))
  }
}
