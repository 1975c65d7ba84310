import Core

/// The argument `t=FILE`: samples of M_t; or `t:greedy=FILE` and `t:sampled=FILE`, where the file does not tell.
package struct IterationFile: Sendable, Hashable {
  package let iteration: Int
  /// As the argument says; nil where it does not.
  package let decoding: Decoding?
  package let path: String

  /// - Throws: `InputError` naming `option` where the argument has another form.
  package init(_ argument: String, option: String) throws {
    let parts = argument.split(separator: "=", maxSplits: 1)
    let left = parts.first.map { $0.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false) } ?? []
    let named = left.count == 2 ? Decoding(rawValue: String(left[1])) : nil
    guard parts.count == 2, let iteration = left.first.flatMap({ Int($0) }), iteration >= 1,
      left.count == 1 || named != nil
    else {
      throw InputError(
        "\(option) \(argument): write t=FILE, the iteration from 1 and its file, as in \(option) 1=M1.jsonl or "
          + "\(option) 1:greedy=M1.jsonl")
    }
    self.iteration = iteration
    decoding = named
    path = String(parts[1])
  }
}
