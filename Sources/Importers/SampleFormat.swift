/// How a file of samples is written.
public enum SampleFormat: String, Sendable, CaseIterable {
  /// Recognised from the fields of the first line.
  case auto
  /// `{"problem_id","sample_index","decoding","completion","correct"?}`.
  case reversal
}
