import Core

/// The estimates of the further measures of an audit by name, and their true values.
enum MeasureEstimates {
  static func estimates(_ result: AuditResult) -> [String: Estimate?] {
    var estimates: [String: Estimate?] = [:]
    for entry in result.measures?.coverAtTau ?? [] {
      estimates["cover \(Int((20 * entry.tau).rounded())) \(entry.iteration)"] = entry.estimate
    }
    for entry in result.measures?.entropy ?? [] {
      let t = entry.iteration
      estimates["answer entropy \(t)"] = entry.answerEntropy
      estimates["corrected answer entropy \(t)"] = entry.correctedAnswerEntropy
      estimates["distinct answers \(t)"] = entry.distinctAnswers
      estimates["distinct wrong share \(t)"] = entry.distinctWrongShare
      estimates["token entropy \(t)"] = entry.tokenEntropy
      if t > 1 {
        estimates["corrected answer entropy change"] = entry.correctedAnswerEntropyChange
        estimates["token entropy change"] = entry.tokenEntropyChange
      }
    }
    for entry in result.measures?.exploration ?? [] {
      estimates["unique correct \(entry.iteration)"] = entry.uniqueCorrect
      estimates["kept \(entry.iteration)"] = entry.kept
      estimates["unique share \(entry.iteration)"] = entry.uniqueShare
      estimates["balance \(entry.iteration)"] = entry.balance
    }
    for entry in result.measures?.support ?? [] {
      estimates["preserved"] = entry.preserved.share
      estimates["expanded"] = entry.expanded.share
      estimates["lost"] = entry.lost.share
      estimates["out of reach"] = entry.outOfReach.share
      estimates["by chance"] = entry.byChance
      estimates["retention"] = entry.retentionRate
      estimates["discovery"] = entry.discoveryRate
      estimates["dynamic score"] = entry.dynamicScore
      estimates["net change"] = entry.netChangeRate
    }
    for entry in result.measures?.passAtKCrossover ?? [] {
      for difference in entry.differences { estimates["pass@\(difference.k) difference"] = difference.estimate }
    }
    for entry in result.measures?.textProfile ?? [] {
      estimates["model tokens \(entry.stratum.rawValue) \(entry.iteration)"] = entry.modelTokens
      estimates["truncated \(entry.stratum.rawValue) \(entry.iteration)"] = entry.truncated
    }
    for entry in result.controls?.matchedDiversity ?? [] {
      estimates["matched \(entry.measure) \(entry.stratum.rawValue)"] = entry.difference
    }
    return estimates
  }

  static func truths(_ truth: PopulationTruth) -> [String: Double] {
    var truths: [String: Double] = [:]
    for t in 0...1 {
      for step in 1...20 { truths["cover \(step) \(t + 1)"] = truth.cover(t, step: step) }
      truths["answer entropy \(t + 1)"] = truth.entropy(t, .plain)
      truths["corrected answer entropy \(t + 1)"] = truth.entropy(t, .corrected)
      truths["distinct answers \(t + 1)"] = truth.entropy(t, .distinct)
      truths["distinct wrong share \(t + 1)"] = truth.entropy(t, .distinctWrongShare)
      truths["token entropy \(t + 1)"] = truth.population.models[t].surprise
      truths["unique correct \(t + 1)"] = truth.exploration(t, .uniqueCorrect)
      truths["kept \(t + 1)"] = truth.exploration(t, .kept)
      truths["unique share \(t + 1)"] = truth.exploration(t, .uniqueShare)
      truths["balance \(t + 1)"] = truth.exploration(t, .balance)
      for stratum in ["correct", "incorrect"] {
        truths["model tokens \(stratum) \(t + 1)"] = 4.5
        truths["truncated \(stratum) \(t + 1)"] = Population.truncatedShare
      }
    }
    truths["corrected answer entropy change"] = truth.entropy(1, .corrected) - truth.entropy(0, .corrected)
    truths["token entropy change"] = truth.population.models[1].surprise - truth.population.models[0].surprise

    let preserved = truth.support(1, first: true, later: true)
    let expanded = truth.support(1, first: false, later: true)
    let lost = truth.support(1, first: true, later: false)
    let (retention, discovery) = (preserved / (preserved + lost), expanded / (expanded + preserved))
    truths["preserved"] = preserved
    truths["expanded"] = expanded
    truths["lost"] = lost
    truths["out of reach"] = truth.support(1, first: false, later: false)
    truths["by chance"] = truth.supportByChance(1)
    truths["retention"] = retention
    truths["discovery"] = discovery
    truths["dynamic score"] = 2 * retention * discovery / (retention + discovery)
    truths["net change"] = (expanded - lost) / (preserved + expanded + lost)
    for k in [1, 2, 4, 8] { truths["pass@\(k) difference"] = truth.passAtK(1, k) - truth.passAtK(0, k) }

    for (stratum, isCorrect) in [("correct", true), ("incorrect", false)] {
      func change(_ measure: PopulationTruth.Diversity) -> Double {
        truth.diversityChange(1, measure, isCorrect: isCorrect)
      }
      truths["matched distinct_n \(stratum)"] = change(.distinctN)
      // All phrases are equally long.
      truths["matched distinct_n_equal_length \(stratum)"] = change(.distinctN)
      truths["matched expectation_adjusted_distinct_n \(stratum)"] = change(.expectationAdjusted)
      truths["matched distinct_equations \(stratum)"] = change(.equations)
      truths["matched semantic \(stratum)"] = truth.semantic(1) - truth.semantic(0)
    }
    return truths
  }
}

/// What depends on the texts alone: their length, their repetitions, and how many programs are different.
enum TextEstimates {
  static func estimates(_ result: AuditResult) -> [String: Estimate?] {
    var estimates: [String: Estimate?] = [:]
    for entry in result.measures?.textProfile ?? [] {
      estimates["word tokens \(entry.stratum.rawValue) \(entry.iteration)"] = entry.wordTokens
      estimates["repetition \(entry.stratum.rawValue) \(entry.iteration)"] = entry.repetition
    }
    for entry in result.measures?.distinctPrograms ?? [] {
      estimates["programs \(entry.stratum.rawValue) \(entry.iteration)"] = entry.distinct
    }
    return estimates
  }

  static func truths(_ truth: PopulationTruth) -> [String: Double] {
    func words(_ text: String) -> [Substring] { text.split(separator: " ") }
    func repetition(_ text: String) -> Double {
      let words = words(text)
      let grams = (0...(words.count - 4)).map { Array(words[$0..<($0 + 4)]) }
      return 1 - Double(Set(grams).count) / Double(grams.count)
    }
    var truths: [String: Double] = [:]
    for t in 0...1 {
      for (stratum, isCorrect) in [("correct", true), ("incorrect", false)] {
        truths["word tokens \(stratum) \(t + 1)"] = truth.phrase(t) { Double(words($0).count) }
        truths["repetition \(stratum) \(t + 1)"] = truth.phrase(t, repetition)
        // Different phrases over all, as with equations.
        truths["programs \(stratum) \(t + 1)"] = truth.diversity(t, .equations, isCorrect: isCorrect)
      }
    }
    return truths
  }
}

/// What needs more than the answers of the iterations.
enum ControlEstimates {
  static func estimates(_ result: AuditResult) -> [String: Estimate?] {
    var estimates: [String: Estimate?] = [:]
    for entry in result.controls?.improvement ?? [] {
      for matched in entry.matched {
        estimates["matched pass@\(matched.k)"] = matched.improved
        estimates["matched difference pass@\(matched.k)"] = matched.difference
      }
      estimates["excess over null"] = entry.excessOverNull
      estimates["change over null"] = entry.changeOverNull
    }
    if let null = result.controls?.null {
      estimates["null pass@1"] = null.accuracy
      estimates["null delta"] = null.delta
      for entry in null.firstIterationPassAtK { estimates["null pass@\(entry.k)"] = entry.estimate }
    }
    for entry in result.measures?.trainingDifficulty?.byAccuracy ?? [] {
      estimates["rows \(entry.bin) \(entry.iteration)"] = entry.share
    }
    estimates["covered share"] = result.measures?.contamination?.coveredShare
    for entry in result.measures?.contamination?.passAt1 ?? [] {
      estimates["contaminated \(entry.iteration)"] = entry.contaminated
      estimates["clean \(entry.iteration)"] = entry.clean
    }
    return estimates
  }

  static func truths(_ truth: PopulationTruth) -> [String: Double] {
    var truths = [
      "excess over null": truth.overNull(1, isNet: false), "change over null": truth.overNull(1, isNet: true),
      "null pass@1": truth.passAt1(0), "null delta": 0, "covered share": Population.leakedShare,
    ]
    for k in [1, 2] {
      truths["matched pass@\(k)"] = truth.firstPassAtK(1, k, isGained: true)
      truths["matched difference pass@\(k)"] = truth.matchedDifference(1, k)
    }
    for k in [1, 2, 4] { truths["null pass@\(k)"] = truth.nullPassAtK(k) }
    for t in 0...1 {
      for (fifth, bin) in ["0–0.2", "0.2–0.4", "0.4–0.6", "0.6–0.8", "0.8–1"].enumerated() {
        truths["rows \(bin) \(t + 1)"] = truth.trainingShare(t, fifth: fifth)
      }
      truths["contaminated \(t + 1)"] = truth.passAt1(t)
      truths["clean \(t + 1)"] = truth.passAt1(t)
    }
    return truths
  }
}
