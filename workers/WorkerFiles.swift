/// The Python files of this folder, by their path in it.
public enum WorkerFiles {
  public static let all: [(path: String, content: [UInt8])] = [
    ("rollout.py", PackageResources.rollout_py),
    ("train.py", PackageResources.train_py),
    ("reversal_workers/__init__.py", PackageResources.__init___py),
    ("reversal_workers/backends.py", PackageResources.backends_py),
    ("reversal_workers/cluster.py", PackageResources.cluster_py),
    ("reversal_workers/contract.py", PackageResources.contract_py),
    ("reversal_workers/drawing.py", PackageResources.drawing_py),
    ("reversal_workers/launching.py", PackageResources.launching_py),
    ("reversal_workers/prompts.py", PackageResources.prompts_py),
    ("reversal_workers/schedule.py", PackageResources.schedule_py),
    ("reversal_workers/specification.py", PackageResources.specification_py),
    ("reversal_workers/specs.py", PackageResources.specs_py),
    ("reversal_workers/storage.py", PackageResources.storage_py),
    ("reversal_workers/tokens.py", PackageResources.tokens_py),
    ("reversal_workers/training_rows.py", PackageResources.training_rows_py),
    ("reversal_workers/trl_training.py", PackageResources.trl_training_py),
  ]
}
