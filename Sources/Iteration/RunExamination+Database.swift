import Core
import Foundation
import RunStore

extension RunExamination {
  /// The plan's stages, one finished after the other.
  mutating func examineStages() {
    let (planned, found) = (plan.stages.map(\.key), stages.map(\.key))
    if planned != found {
      let names = planned.filter { !found.contains($0) } + found.filter { !planned.contains($0) }
      fault(
        Self.databaseName,
        "its stages are not those of its settings (\((names.isEmpty ? "another order" : "\(names[0])"))); \(Self.restore)"
      )
    }
    if let open = stages.firstIndex(where: { !$0.isFinished }),
      let late = stages[(open + 1)...].first(where: { $0.done > 0 || $0.isFinished })
    {
      fault(Self.databaseName, "\(late.key) was begun and \(stages[open].key) before it is not done; \(Self.restore)")
    }
  }

  /// What the run was asked and given.
  mutating func examineProblems() throws {
    if let recorded = artifact(.settings, 0), store.manifest.settingsDigest != recorded.digest {
      fault(Self.databaseName, "the settings are not those that the run was given; \(Self.restore)")
    }
    guard let recorded = artifact(.problems, 0) else { return note(Self.databaseName, "the problems: \(Self.unknown)") }
    if try store.problemsDigest() != recorded.digest {
      fault(Self.databaseName, "the problems are not those that the run was given; \(Self.restore)")
    }
  }

  mutating func examineTrainingSet(_ iteration: Int) throws {
    guard let record = stage(iteration, .select) else { return }
    let rows = try store.trainingSet(iteration) ?? .supervised([])
    let name = "training set \(iteration)"
    guard rows.count == record.done else {
      return fault(Self.databaseName, "\(name) has \(rows.count) rows and had \(record.done); \(Self.restore)")
    }
    guard record.isFinished else { return }
    guard let recorded = artifact(.trainingSet, iteration) else {
      return note(Self.databaseName, "\(name) \(Self.unknown)")
    }
    if try store.trainingSetDigest(rows) != recorded.digest {
      fault(Self.databaseName, "\(name) has changed since it was chosen; \(Self.restore)")
    }
  }

  /// Every answer that was drawn, no other, and each as it was.
  mutating func examineAnswers(_ split: Split, _ iteration: Int) throws {
    let records = stages.filter { $0.key.iteration == iteration && $0.key.stage.split == split }
    var found = try store.answerNames(split, iteration: iteration)
    let before = findings.count
    for record in records {
      let missing = try names(record).filter { found.remove($0) == nil }
      if let first = missing.first {
        fault(
          Self.databaseName,
          "\(record.key): answers are gone (\(missing.count)), first \(Self.text(first)); \(Self.restore)")
      }
    }
    if let other = found.min(by: { ($0.problem, $0.sampleIndex) < ($1.problem, $1.sampleIndex) }) {
      fault(
        Self.databaseName,
        "M_\(iteration) has answers that were not asked for (\(found.count)), one \(Self.text(other)); \(Self.restore)")
    }
    // What is recorded is what stood there when the last stage with answers to the split was done.
    let isUnderWay = records.contains { $0.done > 0 && !$0.isFinished }
    guard findings.count == before, !isUnderWay, records.contains(where: \.isFinished) else { return }
    let name = "the answers of M_\(iteration) to the \(split.rawValue) questions"
    guard let recorded = artifact(.init(answersTo: split), iteration) else {
      return note(Self.databaseName, "\(name): \(Self.unknown)")
    }
    if try store.answersDigest(split, iteration: iteration) != recorded.digest {
      fault(Self.databaseName, "\(name) have changed since they were given; \(Self.restore)")
    }
  }

  /// Answers wait for their verdicts in the stage that is under way only, and only to questions that it has yet to judge.
  mutating func examineWaiting(_ split: Split, _ iteration: Int) throws {
    var found = try store.waitingNames(split, iteration: iteration)
    guard !found.isEmpty else { return }
    if let open = stages.first(where: { !$0.isFinished }), open.key.iteration == iteration,
      open.key.stage.split == split
    {
      let questions = try plan.questions(open.key, of: store)
      found.subtract(Self.names(questions[min(open.done, questions.count)...], RunPlan.decoding(open.key.stage)))
      // Whether each can be read.
      _ = try store.waitingAnswers(split, iteration: iteration, decoding: RunPlan.decoding(open.key.stage))
    }
    if let other = found.min(by: { ($0.problem, $0.sampleIndex) < ($1.problem, $1.sampleIndex) }) {
      fault(
        Self.databaseName,
        "answers of M_\(iteration) wait for verdicts that no stage will give (\(found.count)), one \(Self.text(other)); "
          + Self.restore)
    }
  }

  /// The answers that a stage has drawn and judged so far.
  private func names(_ record: StageRecord) throws -> [RunStore.AnswerName] {
    Self.names(
      try plan.questions(record.key, of: store).prefix(record.done), RunPlan.decoding(record.key.stage))
  }

  private static func names(_ questions: ArraySlice<RunPlan.Question>, _ decoding: Decoding) -> [RunStore.AnswerName] {
    questions.flatMap { question in
      question.samples.map {
        RunStore.AnswerName(problem: question.problem.problem.id, decoding: decoding, sampleIndex: $0)
      }
    }
  }

  private static func text(_ name: RunStore.AnswerName) -> String {
    "to '\(name.problem)', \(name.decoding.rawValue) \(name.sampleIndex)"
  }

  /// Whatever something was made of must be in the lineage itself.
  mutating func examineOrigins() {
    let known = Set(artifacts.map(\.digest))
    for artifact in artifacts {
      for (role, digest) in artifact.madeOf.sorted(by: { $0.key < $1.key }) where !known.contains(digest) {
        fault(
          Self.databaseName,
          "\(artifact.kind.rawValue) \(artifact.iteration) was made of another \(role) than the run holds; \(Self.restore)"
        )
      }
    }
  }
}
