/// Works on the blocks of a file with several threads, and hands on what they become in the order of the file.
enum OrderedPipeline {
  /// Memory holds at most twice `width` blocks and what they became.
  ///
  /// - Throws: what `next`, `work` or `deliver` throws first; work that has begun is cancelled.
  static func run<Output: Sendable>(
    width: Int, next: () throws -> RowBlock?, work: @escaping @Sendable (RowBlock) async throws -> Output,
    deliver: (Output) throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: (index: Int, output: Output).self) { group in
      var waiting: [Int: Output] = [:]
      var startedCount = 0
      var deliveredCount = 0
      var isAtEnd = false
      while true {
        try Task.checkCancellation()
        while !isAtEnd, startedCount - deliveredCount < 2 * max(1, width) {
          guard let block = try next() else {
            isAtEnd = true
            break
          }
          let index = startedCount
          group.addTask { (index, try await work(block)) }
          startedCount += 1
        }
        guard let (index, output) = try await group.next() else { return }
        waiting[index] = output
        while let output = waiting.removeValue(forKey: deliveredCount) {
          try deliver(output)
          deliveredCount += 1
        }
      }
    }
  }
}
