import Core
import Report
import RunStore

/// What a reader of the overview should not overlook. Point estimates: whether it is more than chance, the audit says.
struct Alert: Sendable, Hashable {
  enum Severity: String, Sendable { case severe, notable }

  let severity: Severity
  let text: String

  /// Relative losses from which something is told, and told as severe.
  private static let notable = 0.1
  private static let severe = 0.3

  /// - Parameter metrics: Named figures by iteration.
  static func all(_ figures: RunFigures, metrics: [Int: [String: Double]]) -> [Alert] {
    guard let first = figures.iterations.first(where: { $0.iteration == 1 }) else { return [] }
    let later = figures.iterations.filter { $0.iteration > 1 }
    return [
      narrowing(first, later), outOfDistribution(first, later), losses(first, later), lengths(first, later),
      truncation(figures.iterations), training(metrics),
    ].flatMap { $0 }.sorted { $0.severity == .severe && $1.severity != .severe }
  }

  private static func fall(_ from: Double?, _ to: Double?) -> Double? {
    guard let from, let to, from > 0 else { return nil }
    return (from - to) / from
  }

  private static func percent(_ share: Double) -> String { Decimal.text(share * 100, decimals: 0) + "\u{A0}%" }

  /// The last model whose diversity fell, by the measure that fell most.
  private static func narrowing(_ first: RunFigures.Iteration, _ later: [RunFigures.Iteration]) -> [Alert] {
    let measures: [(String, any KeyPath<RunFigures.Iteration, Double?> & Sendable)] = [
      ("distinct-n of correct answers", \.distinctCorrect), ("distinct-n of incorrect answers", \.distinctIncorrect),
      ("distinct equations of correct answers", \.equationsCorrect),
    ]
    var found: [Alert] = []
    for model in later.reversed() {
      for (name, path) in measures {
        guard let from = first[keyPath: path], let to = model[keyPath: path], let fall = fall(from, to), fall >= notable
        else { continue }
        var text =
          "\(name) fell \(percent(fall)) since \(Phrase.model(1)) (\(Quantity.index.number(from)) to "
          + "\(Quantity.index.number(to)) at \(Phrase.model(model.iteration)))"
        var isReversal = false
        if let before = first.greedy.value, let after = model.greedy.value, first.greedy.count > 0 {
          let change = after - before
          isReversal = change > 0
          text +=
            change > 0
            ? " while pass@1 rose \(Quantity.share.magnitude(change))"
            : change < 0 ? ", and pass@1 fell \(Quantity.share.magnitude(change))" : ", and pass@1 stayed"
        }
        found.append(
          Alert(severity: fall >= severe || isReversal && fall >= 0.2 ? .severe : .notable, text: Self.sentence(text)))
      }
      // One model is enough: what it lost, the ones before have begun to lose.
      if !found.isEmpty { break }
    }
    return found
  }

  private static func outOfDistribution(_ first: RunFigures.Iteration, _ later: [RunFigures.Iteration]) -> [Alert] {
    guard let model = later.last(where: { $0.outOfDistribution.count > 0 && $0.greedy.count > 0 }),
      let before = first.outOfDistribution.value, let after = model.outOfDistribution.value,
      let testBefore = first.greedy.value, let testAfter = model.greedy.value, after < before, testAfter > testBefore
    else { return [] }
    let text =
      "out-of-distribution pass@1 fell \(Quantity.share.magnitude(before - after)) since \(Phrase.model(1)) while pass@1 "
      + "on test questions rose \(Quantity.share.magnitude(testAfter - testBefore)), at \(Phrase.model(model.iteration))"
    return [Alert(severity: before - after >= 0.05 ? .severe : .notable, text: sentence(text))]
  }

  private static func losses(_ first: RunFigures.Iteration, _ later: [RunFigures.Iteration]) -> [Alert] {
    guard let model = later.last(where: { $0.greedy.count > 0 }), first.greedy.correct > 0 else { return [] }
    let share = Double(model.lost) / Double(first.greedy.correct)
    guard share >= notable else { return [] }
    let text =
      "\(Phrase.model(model.iteration)) no longer solves \(model.lost) of the \(first.greedy.correct) questions that "
      + "\(Phrase.model(1)) solved greedily (\(percent(share))); it solves \(model.improved) that \(Phrase.model(1)) failed"
    return [Alert(severity: share >= severe ? .severe : .notable, text: sentence(text))]
  }

  private static func lengths(_ first: RunFigures.Iteration, _ later: [RunFigures.Iteration]) -> [Alert] {
    guard let before = first.tokens, before > 0, let model = later.last(where: { $0.tokens != nil }),
      let after = model.tokens
    else { return [] }
    let change = (after - before) / before
    guard change.magnitude >= severe else { return [] }
    let text =
      "sampled answers became \(percent(change.magnitude)) \(change > 0 ? "longer" : "shorter") since \(Phrase.model(1)) "
      + "(\(Decimal.text(before, decimals: 0)) to \(Decimal.text(after, decimals: 0)) tokens at \(Phrase.model(model.iteration)))"
    return [Alert(severity: .notable, text: sentence(text))]
  }

  private static func truncation(_ models: [RunFigures.Iteration]) -> [Alert] {
    guard let model = models.last(where: { $0.cut != nil }), let cut = model.cut, cut >= notable else { return [] }
    let text =
      "the token limit ended \(percent(cut)) of \(Phrase.model(model.iteration))'s sampled answers; a higher "
      + "`sampling.max_tokens` lets them end themselves"
    return [Alert(severity: cut >= severe ? .severe : .notable, text: sentence(text))]
  }

  private static func training(_ metrics: [Int: [String: Double]]) -> [Alert] {
    metrics.sorted { $0.key < $1.key }.compactMap { iteration, named in
      if named["training_rows"] == 0 {
        return Alert(
          severity: .severe,
          text: "No answer of M_\(iteration - 1) could be trained on, so \(Phrase.model(iteration)) is the same model.")
      }
      guard let start = named["initial_loss"], let end = named["final_loss"], end > 1.05 * start else { return nil }
      return Alert(
        severity: .notable,
        text: "The loss of \(Phrase.model(iteration))'s training rose from \(Quantity.index.number(start)) to "
          + "\(Quantity.index.number(end)).")
    }
  }

  private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }
}
