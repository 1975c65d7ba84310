import Core
import Report
import RunStore

/// A plan as people read it in a terminal.
public struct ForecastText {
  public let forecast: RunForecast
  /// Whether every number's formula and constant stand below.
  public let explains: Bool

  public init(_ forecast: RunForecast, explains: Bool = false) {
    self.forecast = forecast
    self.explains = explains
  }

  public var text: String {
    var parts = [settings, table, memory, totals, findings]
    if explains { parts += [workings, constants] }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private var settings: String {
    let width = (forecast.settings.map(\.name.count).max() ?? 0) + 2
    return forecast.settings.map { setting in
      VisibleText.line(setting.name.padding(toLength: width, withPad: " ", startingAt: 0) + setting.value)
    }.joined(separator: "\n")
  }

  private var hasGPU: Bool { forecast.gpuCount > 0 }

  // MARK: Stages

  private var table: String {
    let gpu = hasGPU ? ["GPU h"] : []
    var table = TextTable(
      header: ["stage", "questions", "answers", "prompt tok.", "generated tok.", "rows", "trained tok.", "time"] + gpu
        + ["memory", "of"])
    for iteration in Set(forecast.stages.map(\.iteration)).sorted() {
      let stages = forecast.stages.filter { $0.iteration == iteration }
      for stage in stages { table.rows.append(row(stage)) }
      table.rows.append(judging(iteration, stages))
    }
    table.rows.append(
      ["audit and report"] + Array(repeating: "", count: 6) + [PlanNumber.seconds(forecast.auditSeconds.estimate)]
        + (hasGPU ? [""] : []) + ["", ""])
    return table.text
  }

  private func row(_ stage: StageForecast) -> [String] {
    func count(_ span: Span?) -> String { span.map { PlanNumber.count($0) } ?? "" }
    let work = stage.seconds.estimate - (stage.judgingSeconds?.estimate ?? 0)
    let hours = stage.gpuHours.map { hours in
      stage.seconds.estimate > 0 ? PlanNumber.significant(hours.estimate * work / stage.seconds.estimate) : ""
    }
    return [
      Self.name(stage), count(stage.questions), count(stage.samples), count(stage.promptTokens),
      count(stage.generatedTokens), count(stage.rows), count(stage.trainedTokens),
      stage.stage == .select ? "" : PlanNumber.seconds(max(0, work)),
    ] + (hasGPU ? [hours ?? ""] : [])
      + [
        stage.memory.map { PlanNumber.bytes($0.total) } ?? "",
        stage.memory.map { memory in
          memory.available.map { PlanNumber.bytes($0) + (memory.fits ? memory.isTight ? " tight" : "" : " TOO SMALL") }
            ?? ""
        } ?? "",
      ]
  }

  /// All verdicts of an iteration: they are the processors' work, while GPUs wait.
  private func judging(_ iteration: Int, _ stages: [StageForecast]) -> [String] {
    let seconds = stages.compactMap(\.judgingSeconds).sum
    let answers = stages.compactMap(\.samples).sum
    return [
      "M_\(iteration) judge", "", PlanNumber.count(answers), "", "", "", "", PlanNumber.seconds(seconds.estimate),
    ]
      + (hasGPU ? [PlanNumber.significant(seconds.estimate * Double(forecast.gpuCount) / 3600)] : []) + ["", ""]
  }

  static func name(_ stage: StageForecast) -> String {
    let t = stage.iteration
    return switch stage.stage {
    case .select: "D_\(t) choose"
    case .train: "M_\(t) train"
    case .evaluateTest: "M_\(t) answer test, greedy"
    case .sampleTest: "M_\(t) sample test"
    case .sampleFailed: "M_\(t) sample failed test"
    case .evaluateOutOfDistribution: "M_\(t) answer ood, greedy"
    case .sampleTrain: "M_\(t) sample train"
    }
  }

  /// What the largest stages of each kind hold in memory.
  private var memory: String {
    var kinds: [(name: String, memory: MemoryForecast)] = []
    for stage in forecast.stages {
      guard let memory = stage.memory else { continue }
      let name = stage.stage == .train ? "training" : "sampling"
      if let index = kinds.firstIndex(where: { $0.name == name }) {
        if memory.total > kinds[index].memory.total { kinds[index].memory = memory }
      } else {
        kinds.append((name, memory))
      }
    }
    return kinds.map { kind in
      let parts = kind.memory.parts.map { "\($0.name) \(PlanNumber.bytes($0.bytes))" }.joined(separator: ", ")
      let place = kind.memory.place == .gpu ? "on each GPU" : "on this machine"
      return "memory of \(kind.name) \(place), at most: \(PlanNumber.bytes(kind.memory.total)) (\(parts))"
    }.joined(separator: "\n")
  }

  // MARK: Totals

  private var totals: String {
    let totals = forecast.totals
    let disk = totals.disk
    var lines = [
      ("answers", PlanNumber.range(totals.samples, PlanNumber.count)),
      (
        "tokens",
        "\(PlanNumber.range(totals.promptTokens, PlanNumber.count)) of prompts, "
          + "\(PlanNumber.range(totals.generatedTokens, PlanNumber.count)) generated, "
          + "\(PlanNumber.range(totals.trainedTokens, PlanNumber.count)) trained"
      ),
      ("wall clock", PlanNumber.duration(totals.seconds)),
    ]
    if let hours = totals.gpuHours { lines.append(("GPU hours", PlanNumber.hours(hours))) }
    lines.append(
      (
        "disk",
        "\(PlanNumber.range(disk.total, PlanNumber.bytes)): models \(PlanNumber.bytes(disk.checkpoints.estimate)), run.sqlite "
          + PlanNumber.bytes(disk.database.estimate)
          + (disk.workers.estimate > 0 ? ", workers' folder \(PlanNumber.bytes(disk.workers.estimate))" : "")
      ))
    if let dollars = totals.dollars {
      let parts = [
        totals.machineDollars.map { "machines \(PlanNumber.dollars($0))" },
        totals.endpointDollars.map { "answers \(PlanNumber.dollars($0))" },
      ].compactMap { $0 }
      lines.append(
        ("money", PlanNumber.dollars(dollars) + (parts.count > 1 ? ": " + parts.joined(separator: ", ") : "")))
    }
    return
      (["In all, with the range that the assumptions leave:"]
      + lines.map { "  " + $0.0.padding(toLength: 12, withPad: " ", startingAt: 0) + $0.1 }).joined(separator: "\n")
  }

  private var findings: String {
    forecast.findings.map { finding in
      let label =
        switch finding.gravity {
        case .refused: "cannot be done: "
        case .warning: "warning: "
        case .note: "note: "
        }
      return VisibleText.line(label + finding.text)
    }.joined(separator: "\n")
  }

  // MARK: Explanation

  private var workings: String {
    "How each number comes about:\n"
      + forecast.stages.filter { !$0.working.isEmpty }.map { stage in
        ([Self.name(stage)] + stage.working.map { "  " + $0 }).joined(separator: "\n")
      }.joined(separator: "\n")
  }

  private var constants: String {
    "What they rest on:\n"
      + forecast.constants.map { constant in
        let basis =
          switch constant.basis {
          case .measured: "measured"
          case .published: "published"
          case .dataSheet: "data sheet"
          case .assumed: "ASSUMED"
          case .given: "given"
          case .counted: "counted"
          }
        let unit = constant.unit.isEmpty ? "" : " " + constant.unit
        return VisibleText.line(
          "  \(constant.name): \(PlanNumber.scientific(constant.value))\(unit) [\(basis)] \(constant.source)")
      }.joined(separator: "\n")
  }
}
