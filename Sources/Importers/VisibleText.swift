extension String {
  /// Fit for one line of a message, whatever the file holds: without control characters and marks of direction, and no
  /// longer than `limit` characters.
  func visible(limit: Int = 800) -> String {
    let scalars = unicodeScalars.prefix(limit).map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: "?"
      default: String(scalar)
      }
    }
    return scalars.joined() + (unicodeScalars.dropFirst(limit).isEmpty ? "" : "…")
  }
}
