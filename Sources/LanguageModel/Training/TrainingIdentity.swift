/// What two trainings must have in common for one to continue the other: same identity, same weights at every step.
public struct TrainingIdentity: Sendable, Hashable {
  /// Names and values in a fixed order; values are compared as text.
  package let entries: [(name: String, value: String)]

  package init(
    _ examples: TrainingExamples, _ settings: FineTuningSettings, adapter: LowRankSettings?, start: String
  ) {
    let optimizer = settings.optimizer
    var entries: [(String, String)] = []
    switch examples {
    case .supervised:
      entries.append(("method", "sft"))
      if let rows = settings.batchRows {
        entries.append(("batch_rows", "\(rows)"))
      } else {
        entries.append(("batch_tokens", "\(settings.batchTokens)"))
      }
    case .preference:
      entries += [("method", "dpo"), ("batch_pairs", "\(settings.batchPairs)"), ("beta", "\(settings.beta)")]
    }
    entries += [
      ("epochs", "\(settings.epochs)"), ("learning_rate", "\(optimizer.learningRate)"),
      ("schedule", optimizer.schedule.rawValue), ("final_fraction", "\(optimizer.finalFraction)"),
      ("warmup_fraction", "\(settings.warmupFraction)"), ("adam_beta1", "\(optimizer.beta1)"),
      ("adam_beta2", "\(optimizer.beta2)"), ("adam_epsilon", "\(optimizer.epsilon)"),
      ("weight_decay", "\(optimizer.weightDecay)"), ("gradient_clip", "\(optimizer.gradientClip)"),
      ("shuffle", "\(settings.shuffles)"), ("seed", "\(settings.seed)"),
      ("accumulate", "\(settings.microBatching.parts)"),
      ("micro_batch_tokens", settings.microBatching.tokenLimit.map(String.init) ?? "none"),
      ("adapter", adapter.map(Self.text) ?? "none"), ("data", examples.fingerprint), ("model", start),
    ]
    self.entries = entries
  }

  private static func text(_ adapter: LowRankSettings) -> String {
    let targets = adapter.targets.map(\.rawValue).joined(separator: ",")
    return "rank \(adapter.rank) alpha \(adapter.alpha) targets \(targets) rslora \(adapter.isRankStabilized)"
  }

  public static func == (one: Self, other: Self) -> Bool {
    one.entries.elementsEqual(other.entries) { $0 == $1 }
  }

  public func hash(into hasher: inout Hasher) {
    for (name, value) in entries {
      hasher.combine(name)
      hasher.combine(value)
    }
  }
}
