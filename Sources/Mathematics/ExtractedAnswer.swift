/// The answer that a text states, and where it states it.
public struct ExtractedAnswer: Codable, Sendable, Hashable {
  public enum Place: String, Codable, Sendable, Hashable, CaseIterable {
    /// The last `\boxed{…}` or `\fbox{…}`.
    case boxed
    /// `the answer is …`, `Answer: …`.
    case statement
    /// `#### …`.
    case marker
    /// The last `$…$`, `\(…\)` or `\[…\]`.
    case formula
    /// The last line, or what its last equals sign leads to.
    case bare
  }

  public let place: Place
  /// As written, without the marks around it; possibly empty, as in `\boxed{}`.
  public let text: String

  public init(place: Place, text: String) {
    self.place = place
    self.text = text
  }
}
