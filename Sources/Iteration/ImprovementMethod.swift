/// How a run goes from M_{t-1} to M_t.
public enum ImprovementMethod: String, Codable, Sendable, Hashable, CaseIterable {
  /// Iterative SFT: every iteration learns from the correct answers of the model before.
  case sft
  /// Iterative DPO: every iteration learns from pairs of a correct and an incorrect answer.
  case dpo
  /// Iterative SFT-DPO: DPO, SFT, DPO, SFT, … from iteration 2 on.
  case sftDPO = "sft-dpo"
  /// Control: trained on with the human answers, for as many rows as self-SFT would take from M_1's answers.
  case gold
  /// Control: every iteration is a second M_1, trained from M_0 on the same data with another seed.
  case restart

  /// One iteration's post-training function F_t (Algorithm 1 of arXiv 2407.05013).
  public enum Step: Sendable, Hashable {
    /// SFT of M_0 on the human answers D.
    case humanAnswers
    /// SFT of M_{t-1} on its own correct answers.
    case selfSFT
    /// DPO of M_{t-1} on pairs of its own answers.
    case selfDPO
    /// SFT of M_{t-1} on the human answers.
    case goldAnswers

    /// Whether the step needs the answers of M_{t-1} to the training questions.
    var learnsFromSamples: Bool { self == .selfSFT || self == .selfDPO }

    /// t' of the model M_t' whose answers decide the rows of iteration t; nil where none do. The gold control counts those
    /// of M_1.
    func answeringIteration(for iteration: Int) -> Int? {
      switch self {
      case .humanAnswers: nil
      case .selfSFT, .selfDPO: iteration - 1
      case .goldAnswers: 1
      }
    }

    /// t' of the model M_t' from which the step of iteration t starts.
    func startingIteration(for iteration: Int) -> Int { self == .humanAnswers ? 0 : iteration - 1 }
  }

  /// F_t; the first iteration is the same for every method.
  public func step(at iteration: Int) -> Step {
    if iteration == 1 { return .humanAnswers }
    return switch self {
    case .sft: .selfSFT
    case .dpo: .selfDPO
    case .sftDPO: iteration.isMultiple(of: 2) ? .selfDPO : .selfSFT
    case .gold: .goldAnswers
    case .restart: .humanAnswers
    }
  }
}
