extension String {
  /// Fit for one line of a message, whatever the file holds, and no longer than `limit` characters of its own.
  package func visible(limit: Int = 800) -> String {
    let scalars = unicodeScalars
    let isLong = !scalars.dropFirst(limit).isEmpty
    return VisibleText.line(isLong ? String(String.UnicodeScalarView(scalars.prefix(limit))) : self)
      + (isLong ? "…" : "")
  }
}
