/// What the paper reports of M_1 (arXiv 2407.05013): its coverage, the share of correct ones among the N samples of a
/// training question, and its pass@1 on the test set.
public struct PaperFigures: Sendable, Hashable {
  public let model: String
  public let task: String
  public let coverage: Double
  public let passAt1: Double

  public static let all = [
    PaperFigures(model: "LLaMA2-7B", task: "csqa", coverage: 0.828, passAt1: 0.6536),
    PaperFigures(model: "LLaMA2-7B", task: "gsm8k", coverage: 0.398, passAt1: 0.416),
    PaperFigures(model: "LLaMA2-7B", task: "math", coverage: 0.167, passAt1: 0.0588),
    PaperFigures(model: "LLaMA2-7B", task: "mbpp", coverage: 0.539, passAt1: 0.190),
    PaperFigures(model: "Mistral-7B", task: "csqa", coverage: 0.875, passAt1: 0.7338),
    PaperFigures(model: "Mistral-7B", task: "gsm8k", coverage: 0.627, passAt1: 0.6179),
    PaperFigures(model: "Mistral-7B", task: "math", coverage: 0.143, passAt1: 0.1156),
    PaperFigures(model: "Mistral-7B", task: "mbpp", coverage: 0.629, passAt1: 0.352),
    PaperFigures(model: "LLaMA3-8B", task: "csqa", coverage: 0.825, passAt1: 0.7535),
    PaperFigures(model: "LLaMA3-8B", task: "gsm8k", coverage: 0.802, passAt1: 0.6641),
    PaperFigures(model: "LLaMA3-8B", task: "math", coverage: 0.281, passAt1: 0.1528),
    PaperFigures(model: "LLaMA3-8B", task: "mbpp", coverage: 0.545, passAt1: 0.442),
  ]

  public static func of(model: String?, task: String) -> PaperFigures? {
    all.first { $0.model == model && $0.task == task }
  }
}
