import Tasks

/// How long the questions and answers of the benchmarks are, for a plan without their files.
///
/// Measured by `Benchmarks/plan_lengths.py` on the official files with the models' own tokenizers, prompts zero-shot as
/// `reversal` writes them, the closing token not counted.
public struct BenchmarkLengths: Sendable, Hashable {
  public let task: String
  public let split: DataSplit
  public let family: TokenizerFamily
  public let promptMean: Double
  public let promptLongest: Int
  public let answerMean: Double
  public let answerLongest: Int
  /// Of prompt and answer together, closed.
  public let rowLongest: Int

  private init(
    _ task: String, _ split: DataSplit, _ family: TokenizerFamily, _ promptMean: Double, _ promptLongest: Int,
    _ answerMean: Double, _ answerLongest: Int, _ rowLongest: Int
  ) {
    self.task = task
    self.split = split
    self.family = family
    self.promptMean = promptMean
    self.promptLongest = promptLongest
    self.answerMean = answerMean
    self.answerLongest = answerLongest
    self.rowLongest = rowLongest
  }

  public static func of(task: String, split: DataSplit, family: TokenizerFamily) -> BenchmarkLengths? {
    all.first { $0.task == task && $0.split == split && $0.family == family }
  }

  // BEGIN of what Benchmarks/plan_lengths.py writes.
  static let all: [BenchmarkLengths] = [
    BenchmarkLengths("gsm8k", .train, .llama2, 71.81, 245, 129.59, 475, 577),
    BenchmarkLengths("gsm8k", .test, .llama2, 73.43, 196, 131.83, 428, 576),
    BenchmarkLengths("math", .train, .llama2, 85.91, 1857, 235.57, 2801, 3034),
    BenchmarkLengths("math", .test, .llama2, 78.59, 1448, 222.51, 1990, 2086),
    BenchmarkLengths("math-algebra", .train, .llama2, 64.78, 1041, 149.74, 1864, 2902),
    BenchmarkLengths("math-algebra", .test, .llama2, 58.94, 983, 153.27, 1518, 1571),
    BenchmarkLengths("math500", .test, .llama2, 80.69, 888, 225.39, 1464, 1615),
    BenchmarkLengths("csqa", .train, .llama2, 53.36, 111, 5.11, 9, 117),
    BenchmarkLengths("csqa", .validation, .llama2, 53.06, 108, 5.16, 9, 114),
    BenchmarkLengths("mbpp", .train, .llama2, 142.73, 406, 77.43, 328, 579),
    BenchmarkLengths("mbpp", .test, .llama2, 147.44, 3752, 79.52, 475, 4228),
    BenchmarkLengths("mbpp-sanitized", .train, .llama2, 158.33, 410, 69.22, 295, 509),
    BenchmarkLengths("mbpp-sanitized", .test, .llama2, 143.67, 931, 69.74, 305, 1004),
    BenchmarkLengths("svamp", .test, .llama2, 52.63, 95, 2.94, 9, 101),
    BenchmarkLengths("gsm-hard", .test, .llama2, 77.93, 201, 8.20, 19, 210),
    BenchmarkLengths("humaneval", .test, .llama2, 156.51, 433, 65.88, 299, 650),
    BenchmarkLengths("gsm8k", .train, .llama3, 62.05, 213, 100.24, 361, 462),
    BenchmarkLengths("gsm8k", .test, .llama3, 63.70, 190, 102.77, 310, 420),
    BenchmarkLengths("math", .train, .llama3, 77.98, 1559, 217.68, 2418, 2568),
    BenchmarkLengths("math", .test, .llama3, 71.53, 1278, 206.07, 1929, 2064),
    BenchmarkLengths("math-algebra", .train, .llama3, 58.85, 861, 139.25, 1501, 2341),
    BenchmarkLengths("math-algebra", .test, .llama3, 54.26, 787, 143.21, 1372, 1423),
    BenchmarkLengths("math500", .test, .llama3, 73.76, 761, 209.65, 1281, 1427),
    BenchmarkLengths("csqa", .train, .llama3, 43.73, 98, 4.64, 8, 104),
    BenchmarkLengths("csqa", .validation, .llama3, 43.44, 91, 4.66, 7, 97),
    BenchmarkLengths("mbpp", .train, .llama3, 122.70, 332, 59.98, 259, 479),
    BenchmarkLengths("mbpp", .test, .llama3, 124.07, 2234, 61.22, 435, 2670),
    BenchmarkLengths("mbpp-sanitized", .train, .llama3, 135.30, 361, 53.77, 228, 454),
    BenchmarkLengths("mbpp-sanitized", .test, .llama3, 122.30, 868, 53.06, 213, 926),
    BenchmarkLengths("svamp", .test, .llama3, 44.25, 71, 2.07, 4, 74),
    BenchmarkLengths("gsm-hard", .test, .llama3, 65.32, 190, 4.11, 9, 193),
    BenchmarkLengths("humaneval", .test, .llama3, 132.29, 392, 53.85, 240, 559),
    BenchmarkLengths("gsm8k", .train, .mistral, 70.27, 239, 127.65, 464, 560),
    BenchmarkLengths("gsm8k", .test, .mistral, 71.90, 196, 129.97, 427, 557),
    BenchmarkLengths("math", .train, .mistral, 87.13, 1854, 236.51, 2796, 3020),
    BenchmarkLengths("math", .test, .mistral, 79.78, 1451, 223.31, 1984, 2082),
    BenchmarkLengths("math-algebra", .train, .mistral, 66.03, 1040, 150.69, 1859, 2896),
    BenchmarkLengths("math-algebra", .test, .mistral, 60.23, 982, 154.29, 1508, 1562),
    BenchmarkLengths("math500", .test, .mistral, 81.76, 885, 226.24, 1469, 1623),
    BenchmarkLengths("csqa", .train, .mistral, 52.71, 109, 4.89, 9, 115),
    BenchmarkLengths("csqa", .validation, .mistral, 52.43, 104, 4.94, 8, 110),
    BenchmarkLengths("mbpp", .train, .mistral, 144.30, 405, 77.51, 328, 590),
    BenchmarkLengths("mbpp", .test, .mistral, 148.93, 3766, 79.58, 482, 4249),
    BenchmarkLengths("mbpp-sanitized", .train, .mistral, 159.87, 415, 69.17, 295, 500),
    BenchmarkLengths("mbpp-sanitized", .test, .mistral, 145.30, 932, 69.93, 305, 1006),
    BenchmarkLengths("svamp", .test, .mistral, 51.22, 86, 2.94, 9, 92),
    BenchmarkLengths("gsm-hard", .test, .mistral, 76.40, 196, 8.20, 19, 201),
    BenchmarkLengths("humaneval", .test, .mistral, 157.54, 437, 66.61, 298, 660),
  ]
  // END
}
