import ArgumentParser
import Core
import Foundation
import LanguageModel
import Randomness
import Synchronization
import Tasks

struct Experiment: ParsableCommand {
  @Option var steps = 1000
  @Option var batchTokens = 8192
  @Option var lr = 3e-3
  @Option var hidden = 160
  @Option var layers = 4
  @Option var heads = 5
  @Option var kv = 1
  @Option var ff = 448
  @Option var corrupted = 0.2
  @Option var number = "16,18,20,22,24"
  @Option var value = "80,90,100,120,150"
  @Option var oodMul = 1.5
  @Option var save: String?
  @Option var load: String?
  @Option var train = 600
  @Option var epochs = 4
  @Option var sftLR = 1e-3
  @Option var evals = 400
  @Option var passN = 50
  @Option var passQuestions = 100
  @Option var threads = 2

  func run() throws {
    let folder = URL(filePath: load ?? "")
    let model = try Model(contentsOf: folder)
    let tokenizer = try Tokenizer(contentsOf: folder)
    let end = model.configuration.eosTokenIDs[0]
    let difficulty = ArithmeticDifficulty()
    let g = ArithmeticGenerator(seed: 11, difficulty: difficulty)
    func prompt(_ p: Problem) -> String { "Question: \(p.question)\nAnswer:" }
    if epochs > 0 {
      let rows = g.problems(.train, count: train).map { p -> TokenRow in
        let a = tokenizer.encode(prompt(p))
        let b = tokenizer.encode(" " + p.reference)
        return TokenRow(tokens: (a + b + [end]).map(Int32.init), promptCount: a.count)
      }
      print("mean row", rows.map { Double($0.tokens.count) }.reduce(0, +) / Double(rows.count))
      try model.fineTune(
        on: rows,
        FineTuningSettings(
          epochs: epochs, optimizer: OptimizerSettings(learningRate: sftLR), batchTokens: 2048, threads: threads)
      ) { s in if s.step % 10 == 0 { print("sft", s.step, s.totalSteps, s.loss) } }
    }
    let generator = Generator(model, tokenBytes: { tokenizer.isSpecial(Int($0)) ? [] : tokenizer.bytes(of: Int($0)) })
    func answer(_ t: String) -> String? {
      t.range(of: "####").map {
        t[$0.upperBound...].trimmingCharacters(in: .whitespaces).prefix { !$0.isWhitespace }.description
      }
    }
    func requests(_ ps: [Problem], _ n: Int) -> [GenerationRequest] {
      ps.map {
        GenerationRequest(
          id: $0.id.rawValue, promptTokens: tokenizer.encode(prompt($0)).map(Int32.init), sampleIndices: 0..<n)
      }
    }
    for (name, ps) in [
      ("valid", g.problems(.validation, count: evals)), ("ood", g.problems(.outOfDistribution, count: evals)),
    ] {
      let start = ContinuousClock.now
      let out = try generator.generate(
        requests(ps, 1), GenerationSettings(isGreedy: true, maxTokens: 200, threads: threads), onFinish: { _, _ in })
      var by: [String: (Int, Int)] = [:]
      var ok = 0
      for (p, o) in zip(ps, out) {
        let right = answer(o[0].text) == answer(p.reference)
        ok += right ? 1 : 0
        let old = by[p.group ?? "", default: (0, 0)]
        by[p.group ?? ""] = (old.0 + (right ? 1 : 0), old.1 + 1)
      }
      let tokens = out.reduce(0) { $0 + $1[0].tokenCount }
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      print(
        name, Double(ok) / Double(ps.count),
        by.keys.sorted().map { String(format: "%.2f", Double(by[$0]!.0) / Double(by[$0]!.1)) }, "tokens", tokens,
        "tok/s", Double(tokens) / seconds)
      if name == "valid" {
        for i in [0, 4] { print(prompt(ps[i]), out[i][0].text, "| gold:", ps[i].reference) }
      } else {
        for i in [1] { print(prompt(ps[i]), out[i][0].text, "| gold:", ps[i].reference) }
      }
    }
    let ps = Array(g.problems(.validation, count: passQuestions))
    let start = ContinuousClock.now
    let out = try generator.generate(
      requests(ps, passN), GenerationSettings(maxTokens: 200, threads: threads), onFinish: { _, _ in })
    let correct = zip(ps, out).map { p, o in o.count { answer($0.text) == answer(p.reference) } }
    let tokens = out.reduce(0) { $0 + $1.reduce(0) { $0 + $1.tokenCount } }
    print(
      "pass@N", Double(correct.count { $0 > 0 }) / Double(ps.count), "mean",
      Double(correct.reduce(0, +)) / Double(passN * ps.count), "tok/s",
      Double(tokens) / ((ContinuousClock.now - start) / .seconds(1)))
    print(
      "distinct texts", out.map { Double(Set($0.map(\.text)).count) / Double(passN) }.reduce(0, +) / Double(ps.count))
  }
}
