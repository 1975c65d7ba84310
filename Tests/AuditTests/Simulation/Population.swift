import Audit
import Core
import Randomness

/// Models and questions whose true measures are known: questions are drawn from a population, answers from a model's chances.
///
/// A question's ease p is the smallest, the middle or the largest of three uniform numbers, by its group; over all groups p
/// is uniform. M_1 is right with probability p. What a later model does to p is its `accuracy`. Each answer, right or wrong,
/// is one of the question's stock of phrases, which all have the same length and share the same n-grams, so that the
/// diversity of c answers depends on the number of different ones alone.
struct Population: Sendable {
  struct Model: Sendable {
    /// The chance of a correct answer to a question of ease p.
    var accuracy: @Sendable (Double) -> Double = { $0 }
    /// Phrases that the model chooses from, for poor and for rich questions, which are equally frequent.
    var stock = (poor: 3, rich: 9)
    var outOfDistribution: @Sendable (Double) -> Double = { $0 }
    /// Mean −log P of a token.
    var surprise = 1.0
  }

  var questionCount: Int
  var sampleCount: Int
  var models: [Model]
  var hasText = true
  var hasGroups = true
  var hasOutOfDistribution = true
  /// What `models` choose their answers from.
  var phrases = Population.equalPhrases
  var task = "made"
  /// Whether a second M_1 answers the questions greedily, and training rows are known.
  var hasControls = false

  static let levels = ["Level 1", "Level 2", "Level 3"]
  /// "100 + 1 = 101": five tokens, of which three are common to all.
  static let equalPhrases = (1...9).map { "100 + \($0) = \(100 + $0)" }
  /// A sampled answer has 3, 4, 5 or 6 tokens, and one in five was cut off, whatever it says.
  static let tokenCounts = 3...6
  static let truncatedShare = 0.2
  /// Of the questions, in the training rows.
  static let leakedShare = 0.3

  /// Twenty words that no other question has.
  private static func question(_ index: Int) -> String {
    (0..<20).map { "w\(index)x\($0)" }.joined(separator: " ")
  }

  /// The answers of one simulated audit.
  func input(_ stream: RandomStream) -> AuditInputParts {
    var questions = stream.child("questions")
    let drawn = (0..<questionCount).map { _ in
      let uniforms = [questions.uniform(), questions.uniform(), questions.uniform()].sorted(by: >)
      let level = questions.index(below: 3)
      return (ease: uniforms[level], level: level, isRich: questions.uniform() < 0.5, ood: questions.uniform())
    }
    let problems = drawn.enumerated().map { question, drawn in
      Problem(
        id: ProblemID("q\(question)"), task: task, question: hasControls ? Self.question(question) : "?",
        reference: "1",
        group: hasGroups ? Self.levels[drawn.level] : nil)
    }
    var ood: [[JudgedCompletion]] = []
    let iterations = models.enumerated().map { t, model in
      var answers = stream.child("answers").child(t)
      var forms = stream.child("forms").child(t)
      ood.append(
        !hasOutOfDistribution
          ? []
          : drawn.enumerated().map { question, drawn in
            Made.answer(question, isCorrect: answers.uniform() < model.outOfDistribution(drawn.ood))
          })
      return drawn.enumerated().flatMap { question, drawn in
        let chance = model.accuracy(drawn.ease)
        let stock = drawn.isRich ? model.stock.rich : model.stock.poor
        return (-1..<sampleCount).map { index in
          let isCorrect = answers.uniform() < chance
          let text = hasText ? phrases[answers.index(below: stock)] : ""
          let tokenCount = Self.tokenCounts.lowerBound + forms.index(below: Self.tokenCounts.count)
          let completion = Completion(
            problemID: problems[question].id, sampleIndex: max(0, index), decoding: index < 0 ? .greedy : .sampled,
            text: text, finishReason: forms.uniform() < Self.truncatedShare ? .length : .stop, tokenCount: tokenCount,
            logProbability: -Double(tokenCount) * 2 * model.surprise * forms.uniform())
          let verdict =
            isCorrect
            ? Verdict(.correct, extracted: "1") : Verdict(.incorrect, extracted: ["2", "3"][answers.index(below: 2)])
          return JudgedCompletion(completion: completion, verdict: verdict)
        }
      }
    }
    var parts = AuditInputParts(problems: problems, iterations: iterations, ood: hasOutOfDistribution ? ood : nil)
    if hasControls {
      var null = stream.child("null")
      parts.null = drawn.enumerated().map {
        Made.answer($0, isCorrect: null.uniform() < models[0].accuracy($1.ease))
      }
      parts.training = training(problems, stream.child("training"))
    }
    return parts
  }

  /// Training questions as easy as the others: what M_1 samples for them, and for each iteration a row for every correct one
  /// of as many samples of its own.
  private func training(_ problems: [Problem], _ stream: RandomStream) -> AuditInputParts.Training {
    var stream = stream
    var rows = TrainingRows(comparedWith: problems)
    var samples: [JudgedCompletion] = []
    for question in 0..<questionCount {
      let ease = stream.uniform()
      if stream.uniform() < Self.leakedShare {
        rows.append(iteration: 1, problemID: nil, texts: [Self.question(question)])
      }
      for index in 0..<sampleCount {
        samples.append(
          Made.answer(question, .sampled, index: index, isCorrect: stream.uniform() < models[0].accuracy(ease)))
        for (t, model) in models.enumerated() where stream.uniform() < model.accuracy(ease) {
          rows.append(iteration: t + 1, problemID: ProblemID("q\(question)"), texts: [])
        }
      }
    }
    return (rows, samples)
  }
}

struct AuditInputParts: Sendable {
  let problems: [Problem]
  let iterations: [[JudgedCompletion]]
  let ood: [[JudgedCompletion]]?
  var null: [JudgedCompletion]?
  var training: Training?

  typealias Training = (rows: TrainingRows, samples: [JudgedCompletion])
}
