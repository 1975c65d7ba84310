import Core

/// What an audit of files has read, as text: a column for each iteration, and no row that says nothing.
struct InputTable {
  private let inputs: [AuditResult.Input]

  /// - Parameter inputs: nil for a run's own answers, of which there is nothing to say.
  init(_ inputs: [AuditResult.Input]?) { self.inputs = inputs ?? [] }

  var text: String {
    let tables = [false, true].compactMap { isOutOfDistribution in
      table(inputs.filter { $0.isOutOfDistribution == isOutOfDistribution }, prefix: isOutOfDistribution ? "OOD " : "")
    }
    return tables.joined(separator: "\n\n")
  }

  private func table(_ inputs: [AuditResult.Input], prefix: String) -> String? {
    guard !inputs.isEmpty else { return nil }
    var table = TextTable(header: ["\(prefix)answers read"] + inputs.map { "M_\($0.iteration)" })
    func add(_ label: String, always isAlways: Bool = false, _ count: KeyPath<AuditResult.Input, Int>) {
      guard isAlways || inputs.contains(where: { $0[keyPath: count] > 0 }) else { return }
      table.rows.append([label] + inputs.map { String($0[keyPath: count]) })
    }
    table.rows.append(["format"] + inputs.map { Self.names($0.formats) })
    if inputs.contains(where: { !$0.judgements.isEmpty }) {
      table.rows.append(["judgement of"] + inputs.map { $0.judgements.isEmpty ? "–" : Self.names($0.judgements) })
    }
    add("greedy", always: true, \.greedy)
    add("sampled", always: true, \.sampled)
    add("  judged by their file", always: true, \.judgedByFile)
    table.rows.append(["samples a problem"] + inputs.map(Self.sampleCounts))
    if inputs.contains(where: { $0.greedy > 0 }) { add("problems without a greedy answer", \.problemsWithoutGreedy) }
    if inputs.contains(where: { $0.sampled > 0 }) { add("problems without samples", \.problemsWithoutSamples) }
    add("left out: rows for unknown problems", \.unknownRows)
    add("left out: rows without an answer", \.failedRows)
    add("left out: rows of other filters", \.ignoredRows)
    return table.text
  }

  /// Each name once, in their order.
  private static func names(_ names: [String]) -> String {
    names.enumerated().filter { !names[..<$0.offset].contains($0.element) }.map(\.element).joined(separator: ", ")
  }

  private static func sampleCounts(_ input: AuditResult.Input) -> String {
    guard let smallest = input.smallestSampleCount, let largest = input.largestSampleCount else { return "–" }
    return smallest == largest ? "\(smallest)" : "\(smallest)–\(largest)"
  }
}

extension AuditResult.Input {
  fileprivate var ignoredRows: Int { ignoredFilters.reduce(0) { $0 + $1.rows } }
}
