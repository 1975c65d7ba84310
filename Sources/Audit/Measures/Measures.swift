import Core

/// Every measure of `AuditResult.Measures`.
enum Measures {
  static func measure(
    _ input: AuditInput, _ answers: AnswerTable, _ diversity: DiversityTable, _ estimator: Estimator, threads: Int
  ) -> AuditResult.Measures {
    AuditResult.Measures(
      passAtKCrossover: PassAtKCrossover.measure(answers, estimator, threads: threads),
      support: SupportChanges.measure(answers, estimator, threads: threads),
      coverAtTau: Cover.measure(answers, estimator, threads: threads),
      entropy: AnswerEntropy.measure(answers, estimator, threads: threads),
      textProfile: TextProfiles.measure(answers, diversity, estimator, threads: threads),
      exploration: ExplorationBalance.measure(answers, estimator, threads: threads),
      distinctPrograms: ProgramDiversity.measure(answers, estimator, threads: threads),
      trainingDifficulty: input.training.map {
        TrainingDifficulty.measure(
          $0, firstIteration: input.coverageSamples ?? [], estimator.child("training_difficulty"), threads: threads)
      },
      contamination: input.training.map {
        ContaminationCheck.measure($0.rows, answers, estimator.child("contamination"))
      })
  }
}
