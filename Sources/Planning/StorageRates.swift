/// What a run leaves on disk beside its models.
enum StorageRates {
  /// In `run.sqlite`: an answer's columns and its place in the index.
  static let answer = PlanConstant(
    "an answer in run.sqlite", Span(117, low: 90, high: 150), "bytes", .measured, "docs/planning.md")
  /// Its text and its tokens.
  static let token = PlanConstant(
    "a token in run.sqlite", Span(6, low: 3, high: 9.5), "bytes", .measured, "docs/planning.md")
  /// In the workers' folder: the answers as JSON Lines, with token ids as numbers.
  static let shardToken = PlanConstant(
    "a token in a shard", Span(11, low: 9, high: 14), "bytes", .assumed, "text and id as JSON")
}
