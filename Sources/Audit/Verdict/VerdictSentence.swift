import Core

/// A verdict in a sentence or two, with the numbers it rests on.
public struct VerdictSentence: Sendable {
  private let verdict: AuditResult.Verdict

  public init(_ verdict: AuditResult.Verdict) { self.verdict = verdict }

  public var text: String {
    guard let last = verdict.axes.last?.iteration else {
      return "Inconclusive: there is no later iteration to compare with M_1."
    }
    let axes = verdict.axes.filter { $0.iteration == last && $0.effect != nil }
    let accuracy = axes.first { VerdictAxis(rawValue: $0.axis)?.isAccuracy == true }
    let others = axes.filter { VerdictAxis(rawValue: $0.axis)?.isAccuracy != true }
    let losses = list(others.filter { $0.verdict == .worse })

    guard let accuracy, let change = accuracy.effect else {
      return "Inconclusive: no question has an answer of both M_1 and M_\(last) to compare the accuracy of."
    }
    let moved = "from M_1 to M_\(last), \(title(accuracy)) changed by \(NumberScale.points.text(change)) points"
    switch verdict.overall {
    case .progress:
      return "Progress: \(moved), and nothing else that was measured became worse.\(unmeasured(axes))"
    case .reversal: return "Reversal: \(moved), but \(losses) became worse."
    case .regress: return "Regress: \(moved)\(losses.isEmpty ? "" : "; \(losses) became worse too")."
    case .inconclusive where accuracy.verdict == .better:
      return "Inconclusive: \(moved), and \(losses) became worse, which alone does not make a reversal."
    case .inconclusive:
      let rest = losses.isEmpty ? "" : ", while \(losses) became worse"
      return "Inconclusive: \(moved), which the questions at hand cannot tell from no change\(rest)."
    }
  }

  /// Progress in accuracy alone says nothing of what was not looked at.
  private func unmeasured(_ axes: [AuditResult.Verdict.Axis]) -> String {
    let guards: [VerdictAxis] = [.passAtK, .distinctNCorrect, .outOfDistribution]
    let missing = guards.filter { axis in !axes.contains { $0.axis == axis.rawValue } }
    return missing.isEmpty ? "" : " Not measured, so a reversal there would not be seen: \(join(missing.map(\.title)))."
  }

  private func title(_ axis: AuditResult.Verdict.Axis) -> String {
    VerdictAxis(rawValue: axis.axis)?.title ?? axis.axis
  }

  private func list(_ axes: [AuditResult.Verdict.Axis]) -> String {
    join(
      axes.compactMap { axis in
        axis.effect.map { effect in
          let scale: NumberScale = VerdictAxis(rawValue: axis.axis)?.diversity == nil ? .points : .signedFraction
          return "\(title(axis)) (\(scale.text(effect)))"
        }
      })
  }

  private func join(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }
}
