/// How it was measured: definitions, settings and limits.
enum MethodSection {
  static func html(_ input: ReportInput) -> HTMLFragment {
    let terms = definitions.map { name, text -> HTMLFragment in "<dt>\(name)</dt><dd>\(text)</dd>" }
    let rows = input.settings.map { ["\($0.name)", "\($0.value)"] as [HTMLFragment] }
    let settings: HTMLFragment =
      rows.isEmpty
      ? "<p class=\"absent\">None were recorded: the answers came from elsewhere.</p>"
      : Table(columns: ["Setting", "Value"], rows: rows, isNumeric: false).html
    let limits = (limits + input.notes).map { "<li>\($0)</li>" as HTMLFragment }
    return """
      <section id="method"><h2>How it was measured</h2>
      <h3>Definitions</h3>
      <dl class="definitions">
      \(terms)
      </dl>
      <h3>Settings</h3>
      \(settings)
      <h3>Limits</h3>
      <ul>
      \(limits)
      </ul>
      </section>
      """
  }

  private static let definitions: [(name: String, text: String)] = [
    (
      "Iterations",
      """
      M₁ is the base model after supervised fine-tuning on the given answers. Mₜ is trained from the model before it \
      on that model's own sampled answers: SFT on the correct ones, DPO on pairs of a correct and an incorrect one \
      (Wu, Li and Liu, arXiv 2407.05013, Algorithm 1). Of files from elsewhere, iteration 1 is what was given first.
      """
    ),
    (
      "pass@1",
      """
      The share of test questions whose greedy answer is correct. The change against M₁ is paired: the mean of the \
      differences on the same questions.
      """
    ),
    (
      "pass@k and majority@k",
      """
      pass@k is the probability that at least one of k samples is correct, estimated without bias from all samples of \
      a question and averaged over the questions. majority@k is the accuracy of the most frequent final answer among k \
      samples.
      """
    ),
    (
      "Coverage",
      """
      The share of correct ones among M₁'s samples of a question, averaged over the questions. The paper's rule: above \
      50 %, Iterative DPO or SFT-DPO gains most, otherwise Iterative SFT.
      """
    ),
    (
      "Improvement set",
      """
      IS(t) holds the questions that Mₜ answers correctly with greedy decoding and M₁ does not; lost are those the \
      other way round. Part of every IS(t) is noise that any second model would gain and lose.
      """
    ),
    (
      "Diversity",
      """
      Over the samples of one question, correct and incorrect ones apart, two at least. distinct-n is the number of \
      unique n-grams over all n-grams, averaged over n = 1 to 5; as short texts score higher by it, the \
      expectation-adjusted form divides by the number expected of as many random draws from the vocabulary, and may \
      exceed 1 (Kirk et al., arXiv 2310.06452). Distinct equations is the share of unique chains of equations (Yuan et al., arXiv \
      2308.01825). Semantic diversity is one minus the mean cosine similarity of the answers' sentence embeddings.
      """
    ),
    (
      "Group disparity",
      """
      (accuracy of the easiest group − of the hardest) / of the easiest; undefined where the easiest is never solved. \
      It can rise though no group loses, so the accuracies of the groups stand beside it.
      """
    ),
    (
      "Intervals and tests",
      """
      95 % intervals are over the choice of questions, with all the answers to a question kept together, and paired where \
      two iterations are compared: BCa bootstrap intervals (Efron 1987), and score intervals (Wilson, Tango) where a \
      question is right or wrong. p-values are of McNemar's exact test or of sign \
      flips, corrected by Holm's method over all axes and iterations of a run. "No change" is shown by two one-sided tests \
      within ±3 points of accuracy or ±0.02 of diversity, corrected likewise. "Seen from" is the change that is found with \
      probability 0.8 where it stands alone among those tested.
      """
    ),
    (
      "Verdict",
      """
      Of the last iteration against M₁. Reversal: pass@1 is better, and pass@k, pass@1 of the hardest difficulty group, \
      out-of-distribution accuracy or the diversity of correct answers is worse; pass@k is taken at the largest k that every \
      iteration has samples for, where it is the share of questions solvable in k samples, and distinct-n counts only if its \
      expectation-adjusted form is worse as well. \
      Progress: pass@1 is better and no axis is worse. Regress: pass@1 is worse. Inconclusive: anything else. \
      Diversity is compared on the questions that both iterations have answers of the kind for, with equally many \
      answers on both sides, so that a rising accuracy by itself shows no loss.
      """
    ),
    (
      "Sharpening",
      """
      Said beside progress or reversal where M₁'s samples already covered what was gained: at the largest k of at least 16, \
      the lower end of M₁'s pass@k on IS(t) reaches 1 − 0.2 · (gained − lost) / gained, so that at most a fifth of the net \
      gain is new, and it is above M₁'s pass@k on the questions that neither solves.
      """
    ),
  ]

  private static let limits = [
    """
    Intervals cover the choice of questions. They do not cover the choice of training seed: a second run with another \
    seed can differ by more.
    """,
    """
    The diversity of one iteration alone depends on which questions it answers: a later model's correct answers include \
    harder ones. Only the tests match questions and counts.
    """,
    "pass@k says little where a guess is often right, as with few answer options.",
  ]
}
