import Core

/// The semantic diversity of every question's sampled answers, in each iteration and stratum, and matched between iteration 1
/// and a later one, of the same answers as `DiversityTable` counts n-grams in.
///
/// Equal answers to a question are embedded once, and vectors are added up as they come: memory holds the vectors of one
/// call and the sums of the questions it touches.
struct SemanticTable: Sendable {
  /// One question; nil where there are fewer than two answers.
  struct Question: Sendable {
    var profiles: [DiversityTable.Key: Double] = [:]
    var matches: [DiversityTable.Key: (first: Double, later: Double)] = [:]
  }

  /// In the order of the problems.
  private(set) var questions: [Question] = []

  /// Texts that the embedder is given at a time.
  static let textsAtATime = 2_048

  init(
    _ answers: AnswerTable, _ embedder: any SentenceEmbedder, textsAtATime: Int = SemanticTable.textsAtATime,
    progress: ProgressHandler
  ) throws {
    var open = Queue()
    for index in answers.problems.indices {
      open.append(SemanticSums(index, of: answers))
      while open.textCount >= textsAtATime { try take(textsAtATime) }
    }
    try take(open.textCount)

    func take(_ count: Int) throws {
      try Task.checkCancellation()
      try open.embed(count, embedder)
      questions += open.finished()
      progress(StageProgress(completed: questions.count, total: answers.problems.count, unit: "questions"))
    }
  }

  /// Questions whose texts are not all embedded yet.
  private struct Queue {
    private var questions: [SemanticSums] = []
    private(set) var textCount = 0

    mutating func append(_ question: SemanticSums) {
      questions.append(question)
      textCount += question.texts.count
    }

    /// Embeds the next `count` texts.
    mutating func embed(_ count: Int, _ embedder: any SentenceEmbedder) throws {
      var texts: [String] = []
      for question in questions where texts.count < count {
        let next = question.texts.dropFirst(question.embeddedCount).prefix(count - texts.count)
        texts += next.map { String(decoding: $0, as: UTF8.self) }
      }
      var vectors = texts.isEmpty ? [] : try embedder.embed(texts)[...]
      precondition(vectors.count == texts.count, "a vector for each text")
      for index in questions.indices {
        while !questions[index].isComplete, let vector = vectors.popFirst() { questions[index].add(vector) }
      }
      textCount -= texts.count
    }

    /// The questions at the front that are complete.
    mutating func finished() -> [Question] {
      let complete = questions.prefix { $0.isComplete }
      defer { questions.removeFirst(complete.count) }
      return complete.map(\.values)
    }
  }
}
