/// How a file of samples is written.
public enum SampleFormat: String, Sendable, CaseIterable, Codable, Hashable {
  /// Recognised from the first rows.
  case auto
  /// `{"problem_id","sample_index","decoding","completion","correct"?}`.
  case reversal
  /// The `samples_*.jsonl` of lm-evaluation-harness.
  case lmEval = "lm-eval"
  /// The logs of Inspect, `.eval` or `.json`.
  case inspect
  /// The output of OpenAI's batches, and of vLLM's `run_batch`.
  case openAIBatch = "openai-batch"
  /// Samples for EvalPlus and its `*_eval_results.json`.
  case evalPlus = "evalplus"
  /// Samples for human-eval and its `*_results.jsonl`.
  case humanEval = "human-eval"
  /// Rows whose fields are named by `--fields`.
  case fields
}
