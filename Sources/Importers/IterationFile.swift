import Core

/// The argument `t=FILE`: the samples of M_t.
package struct IterationFile: Sendable, Hashable {
  package let iteration: Int
  package let path: String

  /// - Throws: `InputError` naming `option` where the argument has another form.
  package init(_ argument: String, option: String) throws {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let iteration = Int(parts[0]), iteration >= 1 else {
      throw InputError(
        "\(option) \(argument): write t=FILE, the iteration from 1 and its file, as in \(option) 1=M1.jsonl")
    }
    self.iteration = iteration
    path = String(parts[1])
  }
}
