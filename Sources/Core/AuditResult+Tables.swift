extension AuditResult {
  /// The measures and controls of docs/measures, those that this audit has.
  public var furtherTables: [AuditTable] {
    [crossoverTable, supportTable, coverTable, answerTable, textTable, explorationTable, trainingTable].compactMap {
      $0.rows.isEmpty ? nil : $0
    } + controlTables
  }

  func table(_ title: String, page: String) -> AuditTable { AuditTable(title, page: page, iterations: iterations) }

  private var crossoverTable: AuditTable {
    var table = table("pass@k against M_1", page: "crossover")
    func entry(_ t: Int) -> Crossover? { measures?.passAtKCrossover.first { $0.iteration == t } }
    func add(_ label: String, _ text: (Crossover) -> String) {
      table.add(label, .count) { t in entry(t).map { .text(text($0)) } ?? .undefined }
    }
    add("falls below M_1's from k", { $0.crossing.text })
    add("  95 % interval", { "\($0.low.text) to \($0.high.text)" })
    add("  beyond noise from k", { $0.shown.text })
    table.add("  resamples that cross", .share) { t in entry(t).map { .number($0.crossingShare) } ?? .undefined }
    return table
  }

  private var supportTable: AuditTable {
    var table = table("Questions with a correct sample", page: "support")
    func entry(_ t: Int) -> SupportChange? { measures?.support.first { $0.iteration == t } }
    table.add("of both, preserved", .share) { entry($0)?.preserved.share }
    table.add("of M_t only, expanded", .share) { entry($0)?.expanded.share }
    table.add("of M_1 only, lost", .share) { entry($0)?.lost.share }
    table.add("  either, by chance alone", .share) { entry($0)?.byChance }
    table.add("of neither, out of reach", .share) { entry($0)?.outOfReach.share }
    table.add("support retention rate", .share) { entry($0)?.retentionRate }
    table.add("net discovery rate", .share) { entry($0)?.discoveryRate }
    table.add("support dynamic score", .index) { entry($0)?.dynamicScore }
    table.add("net support change rate", .shareChange) { entry($0)?.netChangeRate }
    return table
  }

  private var coverTable: AuditTable {
    var table = table("Cover@τ", page: "cover")
    for step in [2, 5, 10, 15, 18, 20] {
      let tau = Double(step) / 20
      table.add("at least \(step * 5) % of the samples correct", .share) { t in
        measures?.coverAtTau.first { $0.iteration == t && $0.tau == tau }?.estimate
      }
      if let chance = controls?.chance, let point = chance.coverAtTau.first(where: { $0.tau == tau }) {
        table.add("  by guessing, on \(chance.questions) with choices", .share) { _ in .number(point.value) }
      }
    }
    return table
  }

  private var answerTable: AuditTable {
    var table = table("Answers to a question", page: "entropy")
    func entry(_ t: Int) -> Entropy? { measures?.entropy.first { $0.iteration == t } }
    table.add("answer entropy, nats", .index) { entry($0)?.answerEntropy }
    table.add("  bias-corrected", .index) { entry($0)?.correctedAnswerEntropy }
    table.add("  change from M_1", .indexChange) { entry($0)?.correctedAnswerEntropyChange }
    table.add("different answers", .count) { entry($0)?.distinctAnswers }
    table.add("different among the wrong ones", .share) { entry($0)?.distinctWrongShare }
    table.add("token entropy, nats", .index) { entry($0)?.tokenEntropy }
    table.add("  change from M_1", .indexChange) { entry($0)?.tokenEntropyChange }
    return table
  }

  private var textTable: AuditTable {
    var table = table("Texts", page: "text-profile")
    for stratum in Stratum.allCases {
      func entry(_ t: Int) -> TextProfile? {
        measures?.textProfile.first { $0.iteration == t && $0.stratum == stratum }
      }
      table.add("words, \(stratum.rawValue)", .count) { entry($0)?.wordTokens }
      table.add("tokens, \(stratum.rawValue)", .count) { entry($0)?.modelTokens }
      table.add("repeated 4-grams, \(stratum.rawValue)", .share) { entry($0)?.repetition }
      table.add("cut off, \(stratum.rawValue)", .share) { entry($0)?.truncated }
      table.add("different programs, \(stratum.rawValue)", .index) { t in
        measures?.distinctPrograms.first { $0.iteration == t && $0.stratum == stratum }?.distinct
      }
    }
    return table
  }

  private var explorationTable: AuditTable {
    var table = table("Exploration and exploitation", page: "exploration")
    func entry(_ t: Int) -> Exploration? { measures?.exploration.first { $0.iteration == t } }
    table.add("different correct texts", .count) { entry($0)?.uniqueCorrect }
    table.add("samples kept", .share) { entry($0)?.kept }
    table.add("different among the kept", .share) { entry($0)?.uniqueShare }
    table.add("balance score", .index) { entry($0)?.balance }
    return table
  }

  private var trainingTable: AuditTable {
    var table = table("Training rows by difficulty", page: "training-difficulty")
    guard let difficulty = measures?.trainingDifficulty else { return table }
    for (title, bins, rows) in [
      ("M_1 solves", difficulty.accuracyBins, difficulty.byAccuracy), ("", difficulty.groupBins, difficulty.byGroup),
    ] {
      for bin in bins {
        table.add(title.isEmpty ? bin.name : "\(title) \(bin.name)", .share) { t in
          rows.first { $0.iteration == t && $0.bin == bin.name }?.share
        }
      }
    }
    return table
  }
}

extension AuditResult.Crossover.Point {
  /// `8`, or `none up to 64`.
  public var text: String {
    switch self {
    case .at(let k): "\(k)"
    case .beyond(let k): "none up to \(k)"
    }
  }
}
