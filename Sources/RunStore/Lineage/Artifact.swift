import Core

/// Something a run was given or made, known by the SHA-256 of its content. All of them are the run's lineage.
public struct Artifact: Codable, Sendable, Hashable {
  public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
    /// Iteration 0: every setting of the run, as the manifest holds them.
    case settings
    /// Iteration 0: what `reversal export DIR --problems` writes.
    case problems
    /// M_t, or M_0 as it was when it was first used: a folder, as `FolderContent` defines its digest.
    case checkpoint
    /// D_t: what `reversal export DIR --training-set t --token-ids` writes.
    case trainingSet = "training_set"
    /// The answers of M_t to a split: what `reversal export DIR --completions --iteration t --split …` writes.
    case trainAnswers = "train_answers"
    case testAnswers = "test_answers"
    case outOfDistributionAnswers = "ood_answers"
  }

  /// t of M_t; 0 is what the run was given.
  public let iteration: Int
  public let kind: Kind
  /// SHA-256 in lower-case hexadecimal.
  public let digest: String
  /// A checkpoint's files.
  public let files: [String: String]?
  /// The digests of what it was made of, by what each was: `start`, `reference`, `training_set`, `train_answers`,
  /// `problems`, `checkpoint`. What was made before digests were recorded is left out.
  public let madeOf: [String: String]
  /// How a checkpoint was trained; nil where nothing was.
  public let training: TrainingSettings?

  public init(
    iteration: Int, kind: Kind, digest: String, files: [String: String]? = nil, madeOf: [String: String] = [:],
    training: TrainingSettings? = nil
  ) {
    self.iteration = iteration
    self.kind = kind
    self.digest = digest
    self.files = files
    self.madeOf = madeOf
    self.training = training
  }

  private enum CodingKeys: String, CodingKey {
    case iteration, kind, digest, files, training
    case madeOf = "made_of"
  }
}

extension Artifact.Kind {
  /// The answers to a split.
  public init(answersTo split: Split) {
    self =
      switch split {
      case .train: .trainAnswers
      case .test: .testAnswers
      case .outOfDistribution: .outOfDistributionAnswers
      }
  }
}

/// What a checkpoint is trained from.
public struct CheckpointOrigin: Sendable, Hashable {
  /// t of the model that training starts from.
  public let start: Int
  /// t of the model that preferences are compared with; nil where there are none.
  public let reference: Int?
  /// nil where there was nothing to train on, so that the model before stays.
  public let training: TrainingSettings?

  public init(start: Int, reference: Int?, training: TrainingSettings?) {
    self.start = start
    self.reference = reference
    self.training = training
  }
}
