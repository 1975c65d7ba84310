import Core

/// The benchmarks by name.
public enum TaskCatalog {
  public static let tasks: [any BenchmarkTask] = [ArithmeticTask(), GSM8KTask()]

  /// - Throws: `InputError` that names the known tasks, and the nearest one where it is near.
  public static func task(named name: String) throws -> any BenchmarkTask {
    if let task = tasks.first(where: { $0.name == name }) { return task }
    let names = tasks.map(\.name)
    let distances = names.map { (name: $0, distance: editDistance(name.lowercased(), $0)) }
    let nearest = distances.min { $0.distance < $1.distance }
    let known = names.joined(separator: ", ")
    if let nearest, nearest.distance <= max(2, nearest.name.count / 3) {
      throw InputError("unknown task '\(name)'; did you mean '\(nearest.name)'? The known tasks are \(known)")
    }
    throw InputError("unknown task '\(name)'; the known tasks are \(known)")
  }

  /// Levenshtein distance in characters.
  private static func editDistance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let substitution = diagonal + (character == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
