/// Finds the name that a mistyped one was meant to be.
enum NearestName {
  /// The nearest of `names`, or nil where none is near: at most a third of the letters differ, or one is part of the
  /// other.
  static func of(_ name: String, among names: [String]) -> String? {
    let lowered = name.lowercased()
    let nearest = names.map { (name: $0, distance: distance(lowered, $0)) }.min { $0.distance < $1.distance }
    if let nearest, nearest.distance <= max(1, nearest.name.count / 3) { return nearest.name }
    guard lowered.count >= 3 else { return nil }
    return names.first { $0.contains(lowered) || lowered.contains($0) && $0.count >= 3 }
  }

  /// Levenshtein's distance: insertions, deletions and replacements of a character.
  static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in right.indices {
        let replaced = diagonal + (character == right[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
